package import Manifests
package import TLS

/// The certificates of a snapshot, as the workers look them up, and who vouches for upstreams.
package struct ServedCertificates: Equatable, Sendable {
    /// A certificate under one of its names, in order of priority.
    private struct Named: Equatable {
        let name: String
        let certificate: Certificate
    }

    /// Who vouches for a host's clients.
    private struct Authority: Equatable {
        let host: String
        let authority: ClientAuthority
        let isRequired: Bool
    }

    private let named: [Named]
    private let fallback: Certificate?
    private let authorities: [Authority]
    private let trust: TrustBundle?

    /// None.
    package init() {
        named = []
        fallback = nil
        authorities = []
        trust = nil
    }

    package init(_ compilation: Compilation) {
        named = compilation.certificates.flatMap { source in
            source.names.map { Named(name: $0, certificate: source.certificate) }
        }
        fallback = compilation.defaultCertificate
        authorities = compilation.authorities.map {
            Authority(host: $0.host, authority: $0.authority, isRequired: $0.isRequired)
        }
        trust = compilation.trust
    }

    /// What is published with a snapshot.
    package var set: CertificateSet {
        CertificateSet(
            entries: named.map { .init(name: $0.name, certificate: $0.certificate) },
            defaultCertificate: fallback,
            authorities: authorities.map {
                .init(host: $0.host, authority: $0.authority, isRequired: $0.isRequired)
            }, trust: trust)
    }
}
