import Routing

/// Knative Ingress to the table's input (§2.5).
struct IngressCompiler {
    private let ingress: IngressManifest

    static func compile(_ ingress: IngressManifest) -> RouteSource {
        let compiler = IngressCompiler(ingress: ingress)
        return RouteSource(
            key: "\(ingress.namespace)/\(ingress.name)", namespace: ingress.namespace,
            name: ingress.labels[KnownName.routeLabel] ?? ingress.name,
            hash: IngressHash.hash(
                ingress.spec, namespace: ingress.namespace, name: ingress.name),
            rules: ingress.spec.rules.flatMap(compiler.rules))
    }

    /// One rule, or two where only some of its hosts are redirected.
    private func rules(_ rule: IngressRule) -> [RuleSource] {
        let hosts = rule.hosts.map { $0.lowercased() }
        let isExternal = rule.visibility == IngressRule.external
        let tag = rule.hosts.lazy.compactMap { ingress.tagsByHost[$0] }.first ?? ""
        let paths = (rule.paths ?? []).map { path($0, tag: tag) }
        func source(_ hosts: [String], redirects: Bool) -> RuleSource {
            RuleSource(
                hosts: hosts, isExternal: isExternal, redirectsToHTTPS: redirects, paths: paths)
        }
        guard isExternal, ingress.spec.httpOption == "Redirected" else {
            return [source(hosts, redirects: false)]
        }
        // Only where there is a certificate to redirect to (§1.10).
        let covered = hosts.filter(isCovered)
        let others = hosts.filter { !isCovered($0) }
        if covered.isEmpty { return [source(hosts, redirects: false)] }
        if others.isEmpty { return [source(hosts, redirects: true)] }
        return [source(covered, redirects: true), source(others, redirects: false)]
    }

    private func isCovered(_ host: String) -> Bool {
        ingress.spec.tls.contains { tls in
            tls.hosts.contains { name in
                let name = name.lowercased()
                guard name.hasPrefix("*.") else { return name == host }
                let parent = host.drop { $0 != "." }
                return !parent.isEmpty && parent == name.dropFirst()
            }
        }
    }

    private func path(_ path: IngressPath, tag: String) -> PathSource {
        let conditions = path.headers.sorted { $0.key < $1.key }.map {
            FieldCondition(name: $0.key, value: $0.value)
        }
        let wanted = conditions.first {
            $0.name.lowercased() == KnownName.tagHeader.lowercased()
        }
        let shares = Shares.millionths(path.splits.map(\.percent))
        return PathSource(
            prefix: path.path.isEmpty ? "/" : path.path, conditions: conditions,
            rewriteHost: path.rewriteHost.isEmpty ? nil : path.rewriteHost,
            edits: Self.edits(path.appendHeaders), tag: wanted?.value ?? tag,
            splits: zip(path.splits, shares).map { Self.split($0, share: $1) })
    }

    private static func split(_ split: IngressSplit, share: UInt32) -> SplitSource {
        SplitSource(
            share: share,
            revision: split.appendHeaders[KnownName.revisionHeader] ?? split.serviceName,
            destinations: destinations(of: split), edits: edits(split.appendHeaders))
    }

    /// An absent share has a key without a port, which never has addresses.
    static func destinations(of split: IngressSplit) -> DestinationKey {
        DestinationKey(
            namespace: split.serviceNamespace, service: split.serviceName,
            port: split.isAbsent ? "" : split.servicePort.text)
    }

    private static func edits(_ headers: [String: String]) -> [FieldEdit] {
        headers.sorted { $0.key < $1.key }.map { FieldEdit(name: $0.key, value: $0.value) }
    }
}
