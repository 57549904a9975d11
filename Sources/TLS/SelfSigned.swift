internal import COpenSSL

/// A certificate that signs itself, with a key of its own (P-256): for a demo, trusted by nobody.
///
/// Both are PEM texts. The key is in no description, dump or mirror.
package struct SelfSigned: Sendable, CustomReflectable, CustomStringConvertible {
    package let chain: [UInt8]
    package let key: [UInt8]

    /// For DNS names (`*.x` too), good between two moments in seconds since 1970; nil when OpenSSL
    /// fails.
    package init?(names: [String], from first: Int64, until last: Int64) {
        // SAFETY: key and certificate belong to this function, and are freed on every way out.
        guard let key = unsafe weir_new_key_p256() else { return nil }
        defer { unsafe EVP_PKEY_free(key) }
        guard let certificate = unsafe X509_new() else { return nil }
        defer { unsafe X509_free(certificate) }
        let text = names.map { "DNS:\($0)" }.joined(separator: ",")
        guard
            unsafe X509_set_version(certificate, Int(X509_VERSION_3)) == 1,
            unsafe ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), 1) == 1,
            unsafe ASN1_TIME_set(X509_getm_notBefore(certificate), time_t(first)) != nil,
            unsafe ASN1_TIME_set(X509_getm_notAfter(certificate), time_t(last)) != nil,
            unsafe X509_set_pubkey(certificate, key) == 1,
            unsafe weir_x509_add_names(certificate, text) == 1,
            unsafe X509_sign(certificate, key, EVP_sha256()) > 0
        else { return nil }
        let chain = unsafe Self.text { unsafe PEM_write_bio_X509($0, certificate) }
        let secret = unsafe Self.text {
            unsafe PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil)
        }
        guard let chain, let secret else { return nil }
        self.chain = chain
        self.key = secret
    }

    package var description: String { "self-signed" }

    package var customMirror: Mirror { Mirror(self, children: [:]) }

    /// What is written to a BIO; nil when that fails.
    private static func text(_ write: (OpaquePointer) -> CInt) -> [UInt8]? {
        // SAFETY: the memory lives as long as the BIO; it is copied before that is freed.
        guard let memory = unsafe BIO_new(BIO_s_secmem()) else { return nil }
        defer { unsafe BIO_free(memory) }
        guard unsafe write(memory) == 1 else { return nil }
        var start: UnsafeMutablePointer<CChar>?
        let count = unsafe weir_bio_memory(memory, &start)
        return unsafe UnsafeRawBufferPointer(start: start, count: count).map { $0 }
    }
}
