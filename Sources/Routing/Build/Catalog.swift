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

    /// By the index of their ids.
    private var seriesByIndex = PagedArray<SeriesEntry?>(blank: nil)
    /// By the number of their route.
    private var splitsByRoute = PagedArray<[SplitEntry]>(blank: [])

    /// Of nothing.
    package init() {}

    /// All series, by the index of their ids.
    package var series: [SeriesEntry] { seriesByIndex.all.compactMap(\.self) }

    /// All splits, by route key, then in the order of the source.
    package var splits: [SplitEntry] {
        splitsByRoute.all.filter { !$0.isEmpty }.sorted { $0[0].routeKey < $1[0].routeKey }
            .flatMap(\.self)
    }

    /// Every split, in no order that counts.
    package func forEachSplit(_ body: (SplitEntry) -> Void) {
        for entries in splitsByRoute.all { entries.forEach(body) }
    }

    /// What the series stands for; nil where it is not in use.
    package func series(_ id: Handle) -> SeriesEntry? {
        seriesByIndex[Int(id.index)].flatMap { $0.id == id ? $0 : nil }
    }

    mutating func add(_ entry: SeriesEntry) { seriesByIndex[Int(entry.id.index)] = entry }

    mutating func remove(series id: Handle) { seriesByIndex[Int(id.index)] = nil }

    mutating func set(splits: [SplitEntry], ofRoute number: UInt32) {
        splitsByRoute[Int(number)] = splits
    }
}
