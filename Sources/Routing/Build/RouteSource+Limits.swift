extension RouteSource {
    /// Which series a share of a path belongs to.
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
            if let excess = headExcess(path) { return excess }
        }
        return textBytes > TableLimits.textBytesMax
            ? "more than \(TableLimits.textBytesMax) bytes of text" : nil
    }

    /// What a path would add to a request's head beyond the limits, nil when nothing is.
    private func headExcess(_ path: PathSource) -> String? {
        if path.rewriteHost?.utf8.count ?? 0 > TableLimits.rewriteHostBytesMax {
            return "a rewritten host of more than \(TableLimits.rewriteHostBytesMax) bytes"
        }
        let own = bytes(path.edits)
        let isTooLarge = path.splits.contains {
            own + bytes($0.edits) > TableLimits.editBytesMax
        }
        return isTooLarge ? "more than \(TableLimits.editBytesMax) bytes of set fields" : nil
    }

    private func bytes(_ edits: [FieldEdit]) -> Int {
        edits.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    }

    private var textBytes: Int {
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
