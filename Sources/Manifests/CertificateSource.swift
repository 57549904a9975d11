package import TLS

/// A certificate with the server names that it is chosen for.
package struct CertificateSource: Equatable, Sendable {
    /// `namespace/name` of the Secret.
    package var secret: String
    /// Lower case, exact or `*.x`, sorted; a name belongs to one certificate only.
    package var names: [String]
    package var certificate: Certificate
}
