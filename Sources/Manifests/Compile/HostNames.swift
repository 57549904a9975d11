/// Makes a Route's host names (§1.7, §1.10).
struct HostNames {
    let context: LookupContext
    let meta: ObjectMeta

    private var platform: Platform { context.platform }

    struct Hosts {
        /// `name.namespace.svc.<cluster domain>`.
        var local: String
        /// Nil for groups that are local to the cluster.
        var external: String?
    }

    /// The first label of a group's hosts, and its placeholder Service's name.
    func label(tag: String) throws(CompileFault) -> String {
        if tag.isEmpty { return meta.name }
        return try platform.network.tagTemplate.text(with: .tag(tag, name: meta.name))
    }

    /// `label` is that of the group.
    func hosts(label: String, isLocal: Bool) throws(CompileFault) -> Hosts {
        let local = "\(label).\(meta.namespace).\(platform.localDomain)"
        try Self.check(local)
        guard !isLocal else { return Hosts(local: local, external: nil) }
        let domain = platform.domains.domain(for: meta.labels, platform.localDomain)
        let external = try platform.network.domainTemplate.text(
            with: .domain(
                name: label, namespace: meta.namespace, domain: domain,
                annotations: meta.annotations, labels: meta.labels))
        try Self.check(external)
        return Hosts(local: local, external: external)
    }

    /// The Route's label, or its domain, keep it inside the cluster (§1.8).
    var isRouteLocal: Bool {
        platform.domains.domain(for: meta.labels, platform.localDomain) == platform.localDomain
    }

    /// A local name with the shorter forms that resolve inside the cluster, in their order: the
    /// shorter ones are what the others begin with.
    func expanded(local: String) -> [String] {
        let short = local.utf8.dropLast(platform.clusterDomain.utf8.count + 1)
        var hosts: [String] = []
        hosts.reserveCapacity(3)
        func add(_ variant: Substring.UTF8View) {
            let point = variant.lastIndex(of: UInt8(ascii: "."))
            let last = variant[(point.map(variant.index(after:)) ?? variant.startIndex)...]
            let isNumber = last.allSatisfy {
                $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9")
            }
            if !isNumber, last.count <= 63 { hosts.append(String(Substring(variant))) }
        }
        add(short.dropLast(".svc".utf8.count))
        add(short)
        hosts.append(local)
        return hosts
    }

    private static func check(_ host: String) throws(CompileFault) {
        guard DNSName.isFullyQualified(host) else {
            throw CompileFault(
                wrong: "invalid domain name \"\(host)\"",
                right: "let the name, tag and templates give labels of at most 63 of a-z, 0-9, -")
        }
    }
}
