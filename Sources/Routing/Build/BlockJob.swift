internal import Bytes

/// A route that has its identities: its block can be written, on any thread.
struct BlockJob: Sendable {
    let number: UInt32
    let route: PlannedRoute
    let identities: RouteIdentities

    struct Written: Sendable {
        let block: BlockWriter
        let splits: [Catalog.SplitEntry]
    }

    func written() -> Written {
        let compiler = RouteCompiler(route.source, route.plan, identities)
        return Written(block: compiler.compile(), splits: splits)
    }

    /// What telemetry tells of its splits.
    private var splits: [Catalog.SplitEntry] {
        let (source, plan) = (route.source, route.plan)
        var entries: [Catalog.SplitEntry] = []
        var seen = Distinct<SplitKey>()
        var before: [PathSource] = []
        for rule in source.rules {
            if rule.paths.span.isIdentical(to: before.span) { continue }
            before = rule.paths
            for path in rule.paths {
                let split = SplitKey(path)
                guard seen.insert(split).isNew,
                    let cells = plan.cells(of: split, among: identities.draws)
                else { continue }
                let shares = zip(path.splits, cells).map { share, draws in
                    Catalog.ShareEntry(
                        revision: share.revision, share: share.share, draws: draws,
                        series: plan.place(of: source.seriesKey(path.tag, share))
                            .map { identities.series[$0] } ?? .none)
                }
                entries.append(
                    Catalog.SplitEntry(
                        routeKey: source.key, namespace: source.namespace, route: source.name,
                        host: rule.hosts.first ?? "", prefix: path.prefix, tag: path.tag,
                        shares: shares))
            }
        }
        return entries
    }
}
