package import Routing

/// Short forms for sources.
package enum Samples {
    package static func key(_ service: String) -> DestinationKey {
        DestinationKey(namespace: "default", service: service, port: "80")
    }

    package static func share(
        _ share: UInt32, _ revision: String, edits: [FieldEdit] = []
    ) -> SplitSource {
        SplitSource(share: share, revision: revision, destinations: key(revision), edits: edits)
    }

    package static func path(_ splits: SplitSource...) -> PathSource { path("/", splits) }

    package static func path(_ prefix: String, _ splits: SplitSource...) -> PathSource {
        path(prefix, splits)
    }

    package static func path(
        _ prefix: String, conditions: [FieldCondition] = [], rewriteHost: String? = nil,
        edits: [FieldEdit] = [], tag: String = "", access: [NetworkSource]? = nil,
        rules: [TrafficRule] = [], sticky: StickySource? = nil, _ splits: [SplitSource]
    ) -> PathSource {
        PathSource(
            prefix: prefix, conditions: conditions, rewriteHost: rewriteHost, edits: edits,
            tag: tag, splits: splits, access: access, trafficRules: rules, sticky: sticky)
    }

    /// A rule of `weir.dev/rules` whose target is one revision.
    package static func rule(
        _ conditions: [RuleCondition], tag: String = "", access: [NetworkSource]? = nil,
        edits: [FieldEdit] = [], to revision: String
    ) -> TrafficRule {
        TrafficRule(
            conditions: conditions, tag: tag, access: access, edits: edits,
            splits: [share(1_000_000, revision)])
    }

    /// One route, `a.test`, with one path.
    package static func table(_ builder: TableBuilder, _ path: PathSource) -> RouteTable {
        let shares = path.splits + path.trafficRules.flatMap(\.splits)
        let services = Set(shares.map(\.revision)).sorted()
        return RouteTable(
            builder.update(
                routes: [route("a", rule(["a.test"], [path]))],
                destinations: destinations(services)))
    }

    package static func rule(
        _ hosts: [String], isExternal: Bool = true, redirects: Bool = false, _ paths: [PathSource]
    ) -> RuleSource {
        RuleSource(
            hosts: hosts, isExternal: isExternal, redirectsToHTTPS: redirects, paths: paths)
    }

    package static func route(_ name: String, _ rules: RuleSource...) -> RouteSource {
        route(name, rules)
    }

    package static func route(_ name: String, _ rules: [RuleSource]) -> RouteSource {
        RouteSource(
            key: "default/\(name)", namespace: "default", name: name,
            hash: String(repeating: "0123456789abcdef", count: 4), rules: rules)
    }

    /// One address per service, whose port tells the service apart.
    package static func destinations(_ services: [String], port: UInt16 = 9000)
        -> [DestinationSource]
    {
        services.enumerated().map { index, service in
            destination(service, [AddressSource(ip: [127, 0, 0, 1], port: port + UInt16(index))])
        }
    }

    package static func destination(
        _ service: String, _ addresses: [AddressSource], _ spoken: UpstreamProtocol = .http1
    ) -> DestinationSource {
        DestinationSource(
            key: key(service), protocolToUpstream: spoken, addresses: addresses)
    }
}
