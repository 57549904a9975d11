internal import Bytes

/// What a route's source asks of the table, before any identity is known.
struct RoutePlan: Sendable {
    /// Every host once, in the order of the source, with the rules that serve it; the empty
    /// text is the catch-all.
    private(set) var hosts: [(name: String, rules: [Int])] = []
    /// Every split once, in the order of the source.
    private var distinctSplits = Distinct<SplitKey>()
    /// Where the draw cells of each split begin among those of all.
    private var firstCells: [Int] = []
    /// Draw cells of all splits.
    private(set) var drawCount = 0
    private var distinctSeries = Distinct<SeriesKey>()
    private var distinctDestinations = Distinct<DestinationKey>()
    /// Patterns of all rules.
    private(set) var patterns: Set<[UInt8]> = []

    var splits: [SplitKey] { distinctSplits.list }
    var series: [SeriesKey] { distinctSeries.list }
    var destinations: [DestinationKey] { distinctDestinations.list }

    init(_ source: RouteSource) {
        var names = Distinct<String>()
        hosts.reserveCapacity(4)
        var before: [PathSource] = []
        for (number, rule) in source.rules.enumerated() {
            let only = [number]
            for name in rule.hosts.isEmpty ? [""] : rule.hosts {
                let name = Self.folded(name)
                let (place, isNew) = names.insert(name)
                if isNew {
                    hosts.append((name, only))
                } else if hosts[place].rules.last != number {
                    hosts[place].rules.append(number)
                }
            }
            // Rules that share their paths, as a Route's do, ask for nothing more.
            if rule.paths.span.isIdentical(to: before.span) { continue }
            before = rule.paths
            for path in rule.paths { add(path, of: source) }
        }
    }

    private mutating func add(_ path: PathSource, of source: RouteSource) {
        add(SplitKey(path), path.tag, path.splits, of: source)
        for rule in path.trafficRules {
            add(SplitKey(rule, of: path), rule.tag, rule.splits, of: source)
            patterns.formUnion(rule.conditions.compactMap(\.pattern))
        }
    }

    /// Where the share's series stands among those of all.
    func place(of series: SeriesKey) -> Int? { distinctSeries.place(of: series) }

    /// Where the set stands among those of all.
    func place(of destinations: DestinationKey) -> Int? {
        distinctDestinations.place(of: destinations)
    }

    private mutating func add(
        _ split: SplitKey, _ tag: String, _ shares: [SplitSource], of source: RouteSource
    ) {
        if distinctSplits.insert(split).isNew {
            firstCells.append(drawCount)
            drawCount += split.shares.count
        }
        for share in shares {
            distinctSeries.insert(source.seriesKey(tag, share))
            distinctDestinations.insert(share.destinations)
        }
    }

    /// A split's cells among those of all, which are in the plan's order; nil where it has none.
    func cells(of split: SplitKey, among cells: ArraySlice<Handle>) -> ArraySlice<Handle>? {
        distinctSplits.place(of: split).map { place in
            let first = cells.startIndex + firstCells[place]
            return cells[first..<first + split.shares.count]
        }
    }

    /// ASCII letters in lower case; other text as it is.
    private static func folded(_ name: String) -> String {
        let given = name.utf8.span
        guard given.indices.contains(where: { given[$0] >= 0x41 && given[$0] <= 0x5a }) else {
            return name
        }
        let bytes = name.utf8.map { $0 >= 0x41 && $0 <= 0x5a ? $0 | 0x20 : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}
