/// All certificates of a snapshot by server name, and which hosts ask for client certificates.
///
/// Immutable. Look-ups allocate nothing; names may come in any case and with a final dot.
package final class CertificateSet: Sendable {
    /// A certificate under a name: exact or `*.x`, lower case. The first of equal names counts.
    package struct Entry: Sendable {
        package let name: String
        package let certificate: Certificate

        package init(name: String, certificate: Certificate) {
            self.name = name
            self.certificate = certificate
        }
    }

    /// The authority that one host's clients are verified against.
    package struct HostAuthority: Sendable {
        /// Exact, lower case.
        package let host: String
        package let authority: ClientAuthority
        /// Whether a client without certificate is refused; one with a bad certificate always is.
        package let isRequired: Bool

        package init(host: String, authority: ClientAuthority, isRequired: Bool) {
            self.host = host
            self.authority = authority
            self.isRequired = isRequired
        }
    }

    /// Whether any host asks for client certificates: where not, `policy(ofHost:)` is always 0.
    package let hasPolicies: Bool

    package init(
        entries: [Entry], defaultCertificate: Certificate? = nil, authorities: [HostAuthority] = []
    ) {
        hasPolicies = !authorities.isEmpty
    }

    /// No certificate at all: every handshake is refused.
    package static let empty = CertificateSet(entries: [])

    /// What the host asks of its clients: 0 for nothing, otherwise a number that is equal for equal
    /// authorities with the same demand, in this and every other set of the process.
    ///
    /// A request is served only on a connection with its host's policy (`TLSSession.policy`).
    package func policy(ofHost host: Span<UInt8>) -> UInt32 { 0 }
}
