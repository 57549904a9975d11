internal import Routing
internal import TLS

/// Which certificate serves which name, and which hosts ask for clients' own.
///
/// Names that objects write down go before names that certificates bear, then the older object
/// before the younger. An object writes down a name only for the hosts that it serves: nobody takes
/// the certificate of another's host.
struct CertificatePlan: Sendable {
    private(set) var certificates: [CertificateSource] = []
    private(set) var authorities: [AuthoritySource] = []

    private struct Claim {
        var isWritten: Bool
        var rank: Rank
        var secret: ObjectKey

        func isBefore(_ other: Claim) -> Bool {
            if isWritten != other.isWritten { return isWritten }
            if rank != other.rank { return rank < other.rank }
            return (secret.namespace, secret.name) < (other.secret.namespace, other.secret.name)
        }
    }

    init() {}

    init(_ index: ObjectIndex, _ programs: ProgramTable) {
        var claims: [String: Claim] = [:]
        func add(_ claim: Claim, for name: String) {
            if let other = claims[name], !claim.isBefore(other) { return }
            claims[name] = claim
        }
        for key in index.certificates {
            guard let object = index.object(key), let certificate = index.certificate(key) else {
                continue
            }
            for name in certificate.names {
                add(Claim(isWritten: false, rank: object.rank, secret: key), for: name)
            }
        }
        for program in programs.secured.compactMap({ programs.byKey[$0] }) {
            let hosts = programs.hosts(servedBy: program)
            for tls in program.tls {
                let key = ObjectKey(.secret, tls.secretNamespace, tls.secretName)
                guard index.certificate(key) != nil else { continue }
                for host in tls.covered(of: hosts) {
                    add(Claim(isWritten: true, rank: program.rank, secret: key), for: host)
                }
            }
            authorities += Self.authorities(of: program, serving: hosts)
        }
        authorities.sort { $0.host < $1.host }
        certificates = Self.sources(claims.mapValues(\.secret), index)
    }

    private static func sources(
        _ owners: [String: ObjectKey], _ index: ObjectIndex
    ) -> [CertificateSource] {
        var names: [ObjectKey: [String]] = [:]
        for (name, key) in owners { names[key, default: []].append(name) }
        return names.compactMap { key, names in
            index.certificate(key).map { certificate in
                CertificateSource(
                    secret: "\(key.namespace)/\(key.name)", names: names.sorted(),
                    certificate: certificate)
            }
        }.sorted { $0.secret < $1.secret }
    }

    /// One for each host that the program serves.
    private static func authorities(
        of program: Program, serving hosts: [String]
    ) -> [AuthoritySource] {
        guard let authority = program.output.authority else { return [] }
        return hosts.map { host in
            AuthoritySource(
                host: host, authority: authority,
                isRequired: program.output.client?.isRequired ?? true)
        }
    }
}

extension IngressTLS {
    /// Those of the hosts, in lower case, that it names, itself or by a wildcard.
    fileprivate func covered(of hosts: [String]) -> [String] {
        let names = Set(self.hosts.map { $0.lowercased() })
        return hosts.filter { host in
            names.contains(host) || DNSName.wildcard(for: host).map(names.contains) == true
        }
    }
}

extension ObjectIndex {
    /// The certificate in a Secret.
    func certificate(_ key: ObjectKey) -> Certificate? {
        guard case .secret(let secret)? = object(key)?.content else { return nil }
        return secret.certificate
    }
}
