internal import COpenSSL

/// What a listener speaks: versions, TLS 1.2 suites, protocols above.
///
/// What is not here is not negotiable: no renegotiation, no compression, no early data, groups
/// X25519, P-256 and P-384, the server's order of suites.
package struct TLSPolicy: Sendable {
    /// The lowest version that is accepted.
    package var minVersion: TLSProtocol
    /// Suites of TLS 1.2 in OpenSSL's syntax, the best first; `check(ciphers:)` must hold.
    package var ciphers: String
    /// Protocols for ALPN, the best first; a client that offers others only is refused.
    package var alpn: [String]

    /// ECDHE with AES-GCM or ChaCha20-Poly1305, nothing else.
    package static let defaultCiphers = [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305",
    ].joined(separator: ":")

    package init(
        minVersion: TLSProtocol = .tls12, ciphers: String = TLSPolicy.defaultCiphers,
        alpn: [String] = ["h2", "http/1.1"]
    ) {
        self.minVersion = minVersion
        self.ciphers = ciphers
        self.alpn = alpn
    }

    /// Suites of TLS 1.3, and groups for the key exchange.
    static let suites =
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"
    static let groups = "X25519:P-256:P-384"

    /// Whether this list names at least one suite, and only suites with ECDHE and AEAD.
    package static func check(ciphers: String) -> Bool {
        // `@` would change the security level too.
        guard !ciphers.isEmpty, !ciphers.contains("@") else { return false }
        defer { ErrorQueue.clear() }
        // SAFETY: the context is made and freed here; its list is read in between.
        guard let context = unsafe SSL_CTX_new(TLS_server_method()) else { return false }
        defer { unsafe SSL_CTX_free(context) }
        guard unsafe SSL_CTX_set_cipher_list(context, ciphers) == 1 else { return false }
        let list = unsafe SSL_CTX_get_ciphers(context)
        var count = 0
        for index in 0..<(unsafe weir_ciphers_count(list)) {
            let cipher = unsafe weir_cipher_at(list, index)
            let exchange = unsafe SSL_CIPHER_get_kx_nid(cipher)
            // Suites of TLS 1.3 stand in every list.
            if exchange == NID_kx_any { continue }
            guard exchange == NID_kx_ecdhe, unsafe SSL_CIPHER_is_aead(cipher) == 1 else {
                return false
            }
            count += 1
        }
        return count > 0
    }
}
