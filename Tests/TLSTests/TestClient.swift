import COpenSSL

/// A TLS client over memory BIOs, for one connection.
final class TestClient {
    struct Wish {
        var name: String? = "a.example.com"
        var versions = TLS1_2_VERSION...TLS1_3_VERSION
        var ciphers: String?
        var groups: String?
        var alpn: [String] = []
        var certificate: (chain: [UInt8], key: [UInt8])?
        var session: OpaquePointer?
        var wantsStaple = false
        var level: CInt = 1
    }

    private let context: OpaquePointer
    let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    private(set) var plain: [UInt8] = []
    private(set) var isEstablished = false
    private(set) var isClosed = false
    /// The alert or fault that ended it.
    private(set) var reason: String?

    init(_ wish: Wish = Wish()) {
        guard let context = SSL_CTX_new(TLS_client_method()), let incoming = BIO_new(BIO_s_mem()),
            let outgoing = BIO_new(BIO_s_mem())
        else { preconditionFailure("no client") }
        self.context = context
        self.incoming = incoming
        self.outgoing = outgoing
        SSL_CTX_set_security_level(context, wish.level)
        weir_ctx_set_min_version(context, wish.versions.lowerBound)
        SSL_CTX_ctrl(
            context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(wish.versions.upperBound), nil)
        if let ciphers = wish.ciphers { SSL_CTX_set_cipher_list(context, ciphers) }
        if let groups = wish.groups { weir_ctx_set_groups(context, groups) }
        guard let ssl = SSL_new(context) else { preconditionFailure("no client") }
        self.ssl = ssl
        SSL_set_bio(ssl, incoming, outgoing)
        SSL_set_connect_state(ssl)
        if let name = wish.name {
            var text = Array(name.utf8CString)
            SSL_ctrl(
                ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), &text)
        }
        let wire = wish.alpn.flatMap { [UInt8($0.utf8.count)] + $0.utf8 }
        if !wire.isEmpty { SSL_set_alpn_protos(ssl, wire, UInt32(wire.count)) }
        if let pair = wish.certificate { use(pair) }
        if let session = wish.session { SSL_set_session(ssl, session) }
        if wish.wantsStaple {
            SSL_ctrl(
                ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_TYPE, Int(TLSEXT_STATUSTYPE_ocsp), nil)
        }
    }

    deinit {
        // A connection that was cut would take its session along.
        SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        SSL_free(ssl)
        SSL_CTX_free(context)
        ERR_clear_error()
    }

    private func use(_ pair: (chain: [UInt8], key: [UInt8])) {
        pair.chain.withUnsafeBytes { bytes in
            let reader = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count))
            let certificate = PEM_read_bio_X509(reader, nil, nil, nil)
            SSL_use_certificate(ssl, certificate)
            X509_free(certificate)
            BIO_free(reader)
        }
        pair.key.withUnsafeBytes { bytes in
            let reader = BIO_new_mem_buf(bytes.baseAddress, CInt(bytes.count))
            let key = PEM_read_bio_PrivateKey(reader, nil, nil, nil)
            SSL_use_PrivateKey(ssl, key)
            EVP_PKEY_free(key)
            BIO_free(reader)
        }
    }

    /// Takes what the server sent, and goes on as far as it can.
    func receive(_ bytes: [UInt8]) {
        if !bytes.isEmpty { BIO_write(incoming, bytes, CInt(bytes.count)) }
        if !isEstablished {
            let status = SSL_do_handshake(ssl)
            if status != 1 { return note(status) }
            isEstablished = true
        }
        var buffer = [UInt8](repeating: 0, count: 32_768)
        while true {
            let count = SSL_read(ssl, &buffer, CInt(buffer.count))
            if count <= 0 { return note(count) }
            plain += buffer.prefix(Int(count))
        }
    }

    private func note(_ status: CInt) {
        switch SSL_get_error(ssl, status) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: break
        case SSL_ERROR_ZERO_RETURN: isClosed = true
        default:
            let text = ERR_reason_error_string(ERR_peek_error()).map { String(cString: $0) }
            if reason == nil { reason = text ?? "unknown" }
        }
        ERR_clear_error()
    }

    func write(_ bytes: [UInt8]) {
        precondition(SSL_write(ssl, bytes, CInt(bytes.count)) == CInt(bytes.count))
    }

    func close() { SSL_shutdown(ssl) }

    /// What waits to be sent.
    func take() -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 32_768)
        while true {
            let count = BIO_read(outgoing, &buffer, CInt(buffer.count))
            if count <= 0 { break }
            bytes += buffer.prefix(Int(count))
        }
        ERR_clear_error()
        return bytes
    }

    /// The session to resume; the caller frees it.
    var session: OpaquePointer? { SSL_get1_session(ssl) }
    var isResumed: Bool { weir_is_resumed(ssl) == 1 }

    /// SHA-256 of the certificate that the server showed.
    var shown: [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var count: UInt32 = 0
        guard let certificate = SSL_get0_peer_certificate(ssl) else { return [] }
        X509_digest(certificate, EVP_sha256(), &digest, &count)
        return digest
    }

    /// The OCSP response that came along.
    var staple: [UInt8] {
        var start: UnsafeMutableRawPointer?
        let count = withUnsafeMutablePointer(to: &start) {
            SSL_ctrl(ssl, SSL_CTRL_GET_TLSEXT_STATUS_REQ_OCSP_RESP, 0, $0)
        }
        guard count > 0, let start else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
