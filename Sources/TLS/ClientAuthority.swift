internal import COpenSSL

/// CA certificates that a host's clients are verified against, immutable and shared by all workers.
@safe
package final class ClientAuthority: @unchecked Sendable {
    /// SAFETY: owned here and freed in `deinit`; OpenSSL locks the store itself and counts its
    /// references, the names are only read.
    let store: OpaquePointer
    let names: OpaquePointer
    /// SHA-256 over the certificates in their order.
    let content: [UInt8]
    /// Equal for equal contents.
    private let number: UInt32

    private init(store: OpaquePointer, names: OpaquePointer, content: [UInt8]) {
        // SAFETY: takes both over.
        unsafe self.store = unsafe store
        unsafe self.names = unsafe names
        self.content = content
        number = AuthorityNumbers.take(content)
    }

    deinit {
        AuthorityNumbers.giveBack(content)
        // SAFETY: sessions that still verify hold references of their own.
        unsafe X509_STORE_free(store)
        unsafe weir_x509_names_free(names)
    }

    /// Reads a PEM bundle; every certificate in it is trusted, intermediate ones too.
    package static func read(
        bundle: [UInt8]
    ) throws(CertificateFault) -> ClientAuthority {
        defer { ErrorQueue.clear() }
        // SAFETY: the stack is freed here; store and names go to the authority.
        let stack = unsafe try PEMText.certificates(bundle, limit: PEMText.bundleMax)
        defer { unsafe weir_x509s_free(stack) }
        guard let store = unsafe X509_STORE_new(), let names = unsafe weir_x509_names_new() else {
            preconditionFailure("no memory for a CA bundle")
        }
        // A bundle may hold an intermediate CA alone, to admit its clients only.
        unsafe X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        var seen: [UInt8] = []
        for position in 0..<(unsafe weir_x509s_count(stack)) {
            guard let certificate = unsafe weir_x509s_at(stack, position) else { continue }
            unsafe X509_STORE_add_cert(store, certificate)
            if let name = unsafe X509_NAME_dup(X509_get_subject_name(certificate)) {
                unsafe weir_x509_names_push(names, name)
            }
            seen += unsafe X509Facts.encoded(certificate)
        }
        return unsafe ClientAuthority(store: store, names: names, content: Digest.sha256(seen))
    }

    /// The number of this authority with a demand; never 0.
    func policy(isRequired: Bool) -> UInt32 { number << 1 | (isRequired ? 1 : 0) }
}

extension ClientAuthority: Equatable {
    /// Whether both hold the same certificates in the same order.
    package static func == (one: ClientAuthority, other: ClientAuthority) -> Bool {
        one.content == other.content
    }
}
