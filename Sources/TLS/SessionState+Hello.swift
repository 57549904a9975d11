internal import Bytes
internal import COpenSSL

/// What a ClientHello decides.
extension SessionState {
    /// Keeps the name of the server_name extension, lower case (RFC 6066 §3).
    ///
    /// A malformed extension counts as none here; OpenSSL refuses it right afterwards.
    static func keepServerName(_ state: UnsafeMutablePointer<SessionState>) {
        // SAFETY: the extension's bytes live as long as OpenSSL's callback.
        var start: UnsafePointer<UInt8>?
        var count = 0
        unsafe state.pointee.serverName.free()
        guard
            unsafe SSL_client_hello_get0_ext(
                state.pointee.ssl, UInt32(TLSEXT_TYPE_server_name), &start, &count) == 1
        else { return }
        let bytes = unsafe Span(_unsafeElements: UnsafeBufferPointer(start: start, count: count))
        // Length of the list, type of the name, length of the name.
        guard count >= 5, bytes[2] == UInt8(TLSEXT_NAMETYPE_host_name) else { return }
        let nameCount = Int(bytes[3]) << 8 | Int(bytes[4])
        guard nameCount > 0, nameCount <= HostNames.sizeMax, nameCount == count - 5 else { return }
        var name = [UInt8](repeating: 0, count: nameCount)
        for index in 0..<nameCount {
            let byte = bytes[5 + index]
            guard ASCII.isHost(byte) else { return }
            name[index] = ASCII.lowered(byte)
        }
        unsafe state.pointee.serverName.replace(by: name.span)
    }

    /// Holds on to the chosen certificate and asks of the client what its host wants; false when
    /// OpenSSL fails.
    static func adopt(
        _ choice: CertificateSet.Choice, _ state: UnsafeMutablePointer<SessionState>
    ) -> Bool {
        // SAFETY: the state owns one reference of its certificate.
        unsafe state.pointee.certificate?.release()
        unsafe state.pointee.certificate = .passRetained(choice.certificate)
        unsafe state.pointee.policy = choice.policy
        unsafe state.pointee.isChosen = true
        guard let authority = choice.authority else {
            return unsafe bind(state, to: [UInt8](repeating: 0, count: 32), isRequired: false)
        }
        let ssl = unsafe state.pointee.ssl
        let mode = SSL_VERIFY_PEER | (choice.isRequired ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0)
        unsafe SSL_set_verify(ssl, mode, nil)
        guard unsafe weir_set_verify_store(ssl, authority.store) == 1 else { return false }
        unsafe SSL_set0_CA_list(ssl, SSL_dup_CA_list(authority.names))
        return unsafe bind(state, to: authority.content, isRequired: choice.isRequired)
    }

    /// Lets a session be resumed only under the same name and the same demand on clients.
    ///
    /// The context is made of contents, so that workers and replicas agree on it.
    private static func bind(
        _ state: UnsafeMutablePointer<SessionState>, to authority: [UInt8], isRequired: Bool
    ) -> Bool {
        // SAFETY: the digest writes 32 bytes; the context is copied.
        let text = unsafe authority + [isRequired ? 1 : 0] + Array(state.pointee.serverName.bytes)
        let context = Digest.sha256(text)
        return unsafe SSL_set_session_id_context(
            state.pointee.ssl, context, UInt32(context.count)) == 1
    }
}
