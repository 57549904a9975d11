package import Bytes

/// What the table's identities stand for, for telemetry and `/routes`.
package struct Catalog: Sendable {
    /// A series: what one revision answers, of one route, under one tag.
    package struct SeriesEntry: Hashable, Sendable {
        package let id: Handle
        package let namespace: String
        package let route: String
        package let revision: String
        /// Empty for the default split.
        package let tag: String
    }

    /// One split, as `/routes` and the split metrics tell it.
    package struct SplitEntry: Hashable, Sendable {
        package let routeKey: String
        package let namespace: String
        package let route: String
        /// The first host of the first rule that has the split; empty: any host.
        package let host: String
        package let prefix: String
        package let tag: String
        package let shares: [ShareEntry]
    }

    /// One revision's part of a split.
    package struct ShareEntry: Hashable, Sendable {
        package let revision: String
        /// Millionths, as the source gave them.
        package let share: UInt32
        /// The cell that counts its draws, in each worker.
        package let draws: Handle
        package let series: Handle
    }

    /// A route with its identities: what its splits are told from.
    struct Route: Sendable {
        let packed: PackedRoute
        let identities: RouteIdentities
    }

    /// By the index of their ids.
    private var seriesByIndex = PagedArray<Registry<SeriesKey>.Entry?>(blank: nil)
    /// By their number.
    private var routes = PagedArray<Route?>(blank: nil)

    /// Of nothing.
    package init() {}

    /// All series, by the index of their ids.
    package var series: [SeriesEntry] {
        seriesByIndex.all.compactMap { $0.map { SeriesEntry($0.key, $0.id) } }
    }

    /// All splits, by route key, then in the order of the source.
    package var splits: [SplitEntry] {
        routes.all.compactMap { $0?.splits }.filter { !$0.isEmpty }
            .sorted { $0[0].routeKey < $1[0].routeKey }.flatMap(\.self)
    }

    /// Every split, in no order that counts.
    package func forEachSplit(_ body: (SplitEntry) -> Void) {
        for route in routes.all { route?.splits.forEach(body) }
    }

    /// What the series stands for; nil where it is not in use.
    package func series(_ id: Handle) -> SeriesEntry? {
        seriesByIndex[Int(id.index)].flatMap { $0.id == id ? SeriesEntry($0.key, id) : nil }
    }

    mutating func set(series: PagedArray<Registry<SeriesKey>.Entry?>) { seriesByIndex = series }

    mutating func set(_ route: Route?, _ number: UInt32) { routes[Int(number)] = route }
}

extension Catalog.SeriesEntry {
    fileprivate init(_ key: SeriesKey, _ id: Handle) {
        self.init(
            id: id, namespace: key.namespace, route: key.route, revision: key.revision,
            tag: key.tag)
    }
}

extension Catalog.Route {
    /// What telemetry tells of its splits.
    fileprivate var splits: [Catalog.SplitEntry] {
        let source = packed.source
        let plan = RoutePlan(source)
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
                            .map { identities.series[identities.series.startIndex + $0] }
                            ?? .none)
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
