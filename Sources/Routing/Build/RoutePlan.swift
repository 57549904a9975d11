/// What a route's source asks of the table, before any identity is known.
struct RoutePlan {
    /// Every host once, in the order of the source, with the rules that serve it; the empty
    /// text is the catch-all.
    private(set) var hosts: [(name: String, rules: [Int])] = []
    /// Every split once, in the order of the source.
    private(set) var splits: [SplitKey] = []
    private(set) var series: Set<SeriesKey> = []
    private(set) var destinations: Set<DestinationKey> = []

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
                let split = SplitKey(path)
                if known.insert(split).inserted { splits.append(split) }
                for share in path.splits {
                    series.insert(source.seriesKey(path, share))
                    destinations.insert(share.destinations)
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

extension RouteSource {
    func seriesKey(_ path: PathSource, _ share: SplitSource) -> SeriesKey {
        SeriesKey(namespace: namespace, route: name, revision: share.revision, tag: path.tag)
    }

    /// What is beyond the table's limits, nil when nothing is.
    func excess(_ plan: RoutePlan) -> String? {
        if plan.hosts.count > TableLimits.hostsMax {
            return "more than \(TableLimits.hostsMax) hosts"
        }
        let paths = rules.flatMap(\.paths)
        if paths.count > TableLimits.pathsMax { return "more than \(TableLimits.pathsMax) paths" }
        for path in paths {
            if path.splits.count > TableLimits.sharesMax {
                return "more than \(TableLimits.sharesMax) shares in one split"
            }
            if path.splits.isEmpty { return "a path without a split" }
            if path.splits.contains(where: { $0.share > Share.whole }) {
                return "a share above \(Share.whole) millionths"
            }
        }
        return textBytes > TableLimits.textBytesMax
            ? "more than \(TableLimits.textBytesMax) bytes of text" : nil
    }

    private var textBytes: Int {
        func bytes(_ edits: [FieldEdit]) -> Int {
            edits.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        }
        var sum = 0
        for rule in rules {
            for host in rule.hosts { sum += host.utf8.count }
            for path in rule.paths {
                sum += path.prefix.utf8.count + path.tag.utf8.count + bytes(path.edits)
                sum += path.rewriteHost?.utf8.count ?? 0
                for condition in path.conditions {
                    sum += condition.name.utf8.count + condition.value.utf8.count
                }
                for share in path.splits { sum += share.revision.utf8.count + bytes(share.edits) }
            }
        }
        return sum
    }
}
