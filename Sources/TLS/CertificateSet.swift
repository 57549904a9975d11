internal import Bytes

/// All certificates of a snapshot by server name, which hosts ask for client certificates, and whom
/// upstreams are trusted by.
///
/// Immutable. Look-ups allocate nothing; names may come in any case and with a final dot.
package final class CertificateSet: Sendable {
    /// A certificate under a name, exact or `*.x`, lower case; the first of equal names counts.
    package struct Entry: Sendable {
        package let name: String
        package let certificate: Certificate

        package init(name: String, certificate: Certificate) {
            self.name = name
            self.certificate = certificate
        }
    }

    /// The authority of one host's clients; the first of equal hosts counts.
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

    /// What is served to a client that asks for a name.
    struct Choice {
        let certificate: Certificate
        let authority: ClientAuthority?
        let isRequired: Bool
        let policy: UInt32
    }

    /// Whether any host asks for client certificates: where not, `policy(ofHost:)` is always 0.
    package let hasPolicies: Bool
    /// Who vouches for upstreams; nil where no CA is loaded: none may be asked over TLS then.
    package let trust: TrustBundle?
    /// Positions in `entries`.
    private let names: HostNames
    private let entries: [Entry]
    private let defaultCertificate: Certificate?
    /// A policy above, a position in `authorities` below.
    private let hosts: HostNames
    private let authorities: [HostAuthority]

    package init(
        entries: [Entry], defaultCertificate: Certificate? = nil,
        authorities: [HostAuthority] = [], trust: TrustBundle? = nil
    ) {
        self.entries = entries
        self.trust = trust
        self.authorities = authorities
        self.defaultCertificate = defaultCertificate
        hasPolicies = !authorities.isEmpty
        names = HostNames(entries.enumerated().map { ($1.name, UInt64($0)) })
        hosts = HostNames(
            authorities.enumerated().map { position, host in
                let policy = host.authority.policy(isRequired: host.isRequired)
                return (host.host, UInt64(policy) << 32 | UInt64(position))
            })
    }

    /// No certificate at all: every handshake is refused.
    package static let empty = CertificateSet(entries: [])

    /// What the host asks of its clients: 0 for nothing, otherwise a number that is equal for equal
    /// authorities with the same demand, in this and every other set of the process.
    ///
    /// A request is served only on a connection with its host's policy (`TLSSession.policy`).
    package func policy(ofHost host: Span<UInt8>) -> UInt32 {
        hosts.find(host).map { UInt32($0 >> 32) } ?? 0
    }

    /// Whether the host serves only clients that show a certificate.
    package func demandsCertificate(ofHost host: Span<UInt8>) -> Bool {
        hosts.find(host).map { authorities[Int($0 & 0xffff_ffff)].isRequired } ?? false
    }

    /// The certificate for a name: exact, then wildcard, then the default.
    package func certificate(for name: Span<UInt8>) -> Certificate? {
        if let position = names.find(name) { return entries[Int(position)].certificate }
        return defaultCertificate
    }

    func choose(_ name: Span<UInt8>) -> Choice? {
        guard let certificate = certificate(for: name) else { return nil }
        guard let found = hosts.find(name) else {
            return Choice(
                certificate: certificate, authority: nil, isRequired: false, policy: 0)
        }
        let host = authorities[Int(found & 0xffff_ffff)]
        return Choice(
            certificate: certificate, authority: host.authority, isRequired: host.isRequired,
            policy: UInt32(found >> 32))
    }
}
