/// What a route's source asks of the table, before any identity is known.
struct RoutePlan {
    /// Every host once, in the order of the source, with the rules that serve it; the empty
    /// text is the catch-all.
    private(set) var hosts: [(name: String, rules: [Int])] = []
    /// Every split once, in the order of the source.
    private(set) var splits: [SplitKey] = []
    private(set) var series: Set<SeriesKey> = []
    private(set) var destinations: Set<DestinationKey> = []
    /// Patterns of all rules.
    private(set) var patterns: Set<[UInt8]> = []

    init(_ source: RouteSource) {
        var positions: [String: Int] = [:]
        var known: Set<SplitKey> = []
        for (number, rule) in source.rules.enumerated() {
            for name in rule.hosts.isEmpty ? [""] : rule.hosts {
                let name = Self.folded(name)
                if let position = positions[name] {
                    if hosts[position].rules.last != number { hosts[position].rules.append(number) }
                } else {
                    positions[name] = hosts.count
                    hosts.append((name, [number]))
                }
            }
            for path in rule.paths {
                var splits = [(SplitKey(path), path.tag, path.splits)]
                for rule in path.trafficRules {
                    splits.append((SplitKey(rule, of: path), rule.tag, rule.splits))
                    patterns.formUnion(rule.conditions.compactMap(\.pattern))
                }
                for (split, tag, shares) in splits {
                    if known.insert(split).inserted { self.splits.append(split) }
                    for share in shares {
                        series.insert(source.seriesKey(tag, share))
                        destinations.insert(share.destinations)
                    }
                }
            }
        }
    }

    /// Draw cells of all splits.
    var drawCount: Int { splits.reduce(0) { $0 + $1.shares.count } }

    /// ASCII letters in lower case; other text as it is.
    private static func folded(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 >= 0x41 && $0 <= 0x5a }) else { return name }
        let bytes = name.utf8.map { $0 >= 0x41 && $0 <= 0x5a ? $0 | 0x20 : $0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}
