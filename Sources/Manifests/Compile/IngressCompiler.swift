import Routing

/// Knative Ingress to the table's input (§2.5).
struct IngressCompiler {
    private let ingress: IngressManifest
    /// Hosts that have a certificate; empty where nothing is redirected.
    private let covered: Set<String>
    /// Where the Revisions are loaded and a split is sticky.
    private let ages: [String: RevisionAge]?
    /// Upstreams are asked over TLS, but not under a rewritten host.
    private let asksOverTLS: Bool

    static func compile(_ ingress: IngressManifest, _ lookup: inout Lookup) -> RouteSource {
        let compiler = IngressCompiler(
            ingress: ingress, covered: covered(ingress, &lookup), ages: ages(ingress, &lookup),
            asksOverTLS: asksOverTLS(ingress, &lookup))
        var known = KnownPaths()
        return RouteSource(
            key: "\(ingress.namespace)/\(ingress.name)", namespace: ingress.namespace,
            name: ingress.routeName,
            hash: IngressHash.hash(
                ingress.spec, namespace: ingress.namespace, name: ingress.name),
            rules: ingress.spec.rules.flatMap { compiler.rules($0, &known) },
            exposesRevision: ingress.choices.exposesRevision)
    }

    // MARK: Rules

    /// The paths that were compiled last: a Route's rules nearly always share theirs.
    private struct KnownPaths {
        var given: [IngressPath] = []
        var tag = ""
        var compiled: [PathSource] = []
    }

    /// One rule, or two where only some of its hosts are redirected.
    private func rules(_ rule: IngressRule, _ known: inout KnownPaths) -> [RuleSource] {
        let hosts = Self.lowered(rule.hosts)
        let isExternal = rule.visibility == IngressRule.external
        let tag =
            ingress.tagsByHost.isEmpty
            ? "" : rule.hosts.lazy.compactMap { ingress.tagsByHost[$0] }.first ?? ""
        let given = rule.paths ?? []
        if !given.span.isIdentical(to: known.given.span) || tag != known.tag {
            known = KnownPaths(
                given: given, tag: tag, compiled: given.map { path($0, tag: tag) })
        }
        let paths = known.compiled
        func source(_ hosts: [String], redirects: Bool) -> RuleSource {
            RuleSource(
                hosts: hosts, isExternal: isExternal, redirectsToHTTPS: redirects, paths: paths)
        }
        guard isExternal else { return [source(hosts, redirects: false)] }
        // A certificate that must be shown cannot be shown in plain text.
        if ingress.choices.client?.isRequired == true { return [source(hosts, redirects: true)] }
        if covered.isEmpty { return [source(hosts, redirects: false)] }
        let redirected = hosts.filter(covered.contains)
        let others = hosts.filter { !covered.contains($0) }
        if redirected.isEmpty { return [source(hosts, redirects: false)] }
        if others.isEmpty { return [source(hosts, redirects: true)] }
        return [source(redirected, redirects: true), source(others, redirects: false)]
    }

    /// Nearly all are in lower case already.
    private static func lowered(_ hosts: [String]) -> [String] {
        hosts.allSatisfy(isLower) ? hosts : hosts.map { $0.lowercased() }
    }

    private static func isLower(_ host: String) -> Bool {
        let bytes = host.utf8.span
        for index in bytes.indices
        where bytes[index] >= 0x80 || bytes[index] >= 0x41 && bytes[index] <= 0x5a {
            return false
        }
        return true
    }

    /// Only where there is a certificate to redirect to (§1.10).
    private static func covered(_ ingress: IngressManifest, _ lookup: inout Lookup) -> Set<String> {
        guard ingress.spec.httpOption == "Redirected" else { return [] }
        var covered: Set<String> = []
        for rule in ingress.spec.rules where rule.visibility == IngressRule.external {
            for host in rule.hosts.map({ $0.lowercased() })
            where isCovered(host, ingress, &lookup) {
                covered.insert(host)
            }
        }
        return covered
    }

    private static func isCovered(
        _ host: String, _ ingress: IngressManifest, _ lookup: inout Lookup
    ) -> Bool {
        for tls in ingress.spec.tls where tls.hosts.contains(where: { DNSName.covers($0, host) }) {
            if lookup.secret(tls.secretNamespace, tls.secretName)?.certificate != nil {
                return true
            }
        }
        return lookup.hasCertificate(for: host)
    }

    // MARK: Paths

    private func path(_ path: IngressPath, tag: String) -> PathSource {
        let conditions = path.headers.list.map {
            FieldCondition(name: $0.name, value: $0.value)
        }
        let tag = path.tag ?? tag
        // The solver of an ACME challenge is no part of the traffic.
        let isTraffic = !path.path.hasPrefix("/.well-known/acme-challenge/")
        let isDefault = isTraffic && tag.isEmpty
        return PathSource(
            prefix: path.path.isEmpty ? "/" : path.path, conditions: conditions,
            rewriteHost: path.rewriteHost.isEmpty ? nil : path.rewriteHost,
            edits: path.appendHeaders.list, tag: tag,
            splits: splits(path.splits, isRewritten: isRewritten(path)),
            access: tag.isEmpty ? nil : ingress.choices.tagAccess,
            trafficRules: isDefault ? trafficRules(path) : [],
            sticky: isTraffic ? sticky(path.splits) : nil)
    }

    private func splits(_ splits: [IngressSplit], isRewritten: Bool) -> [SplitSource] {
        zip(splits, Shares.millionths(splits.map(\.percent))).map { split, share in
            // An absent share has a key without a port, which never has addresses.
            let key = DestinationKey(
                namespace: split.serviceNamespace, service: split.serviceName,
                port: split.isAbsent ? "" : split.servicePort.text, isRewritten: isRewritten)
            return SplitSource(
                share: share, revision: split.revision, destinations: key,
                edits: split.appendHeaders.list)
        }
    }

    private func isRewritten(_ path: IngressPath) -> Bool {
        asksOverTLS && !path.rewriteHost.isEmpty
    }

    /// Nobody asks where it makes no difference.
    private static func asksOverTLS(
        _ ingress: IngressManifest, _ lookup: inout Lookup
    ) -> Bool {
        let rewrites = ingress.spec.rules.contains { rule in
            rule.paths?.contains { !$0.rewriteHost.isEmpty } == true
        }
        guard rewrites else { return false }
        lookup.dependsOnPlatform()
        return lookup.platform.network.isSystemInternalTLS
    }
}

/// What the annotations `weir.dev/…` add to paths.
extension IngressCompiler {
    /// A revision's rule is on the path's own terms, a tag's on those of the tag's path.
    private func trafficRules(_ path: IngressPath) -> [TrafficRule] {
        ingress.choices.rules.compactMap { rule in
            switch rule.target {
            case .tag(let tag):
                tagPath(tag).map { target in
                    TrafficRule(
                        conditions: rule.conditions, tag: tag, access: ingress.choices.tagAccess,
                        edits: target.appendHeaders.list,
                        splits: splits(target.splits, isRewritten: isRewritten(path)))
                }
            case .revision(let name):
                ingress.revisionSplits[name].map { split in
                    TrafficRule(
                        conditions: rule.conditions, tag: "", access: nil,
                        edits: path.appendHeaders.list,
                        splits: splits([split], isRewritten: isRewritten(path)))
                }
            }
        }
    }

    /// The path of the tag's own host, else the one behind the tag's header.
    private func tagPath(_ tag: String) -> IngressPath? {
        var behindHeader: IngressPath?
        for rule in ingress.spec.rules {
            let isOwnHost = rule.hosts.contains { ingress.tagsByHost[$0] == tag }
            for path in rule.paths ?? [] where path.path.isEmpty || path.path == "/" {
                if isOwnHost, path.headers.isEmpty { return path }
                if path.tag == tag, path.headers.list.count == 1 {
                    behindHeader = behindHeader ?? path
                }
            }
        }
        return behindHeader
    }

    private func sticky(_ splits: [IngressSplit]) -> StickySource? {
        ingress.choices.sticky.map { key in
            StickySource(
                key: key, salt: "\(ingress.namespace)/\(ingress.routeName)", order: order(splits))
        }
    }

    /// Positions of the splits, the oldest revision first; by name where not all are loaded.
    private func order(_ splits: [IngressSplit]) -> [Int] {
        let names = splits.map { NaturalName($0.revision) }
        let ages = splits.compactMap { self.ages?[$0.revision] }
        return splits.indices.sorted { left, right in
            if ages.count == splits.count, ages[left] != ages[right] {
                return ages[left] < ages[right]
            }
            return names[left] != names[right] ? names[left] < names[right] : left < right
        }
    }

    private static func ages(
        _ ingress: IngressManifest, _ lookup: inout Lookup
    ) -> [String: RevisionAge]? {
        guard ingress.choices.sticky != nil else { return nil }
        var ages: [String: RevisionAge] = [:]
        for path in ingress.spec.rules.flatMap({ $0.paths ?? [] }) {
            for split in path.splits where ages[split.revision] == nil {
                ages[split.revision] =
                    lookup.object(.revision, ingress.namespace, split.revision).map(
                        RevisionAge.init)
            }
        }
        return ages
    }
}
