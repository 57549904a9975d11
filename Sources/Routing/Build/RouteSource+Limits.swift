extension RouteSource {
    /// Which series a share under a tag belongs to.
    func seriesKey(_ tag: String, _ share: SplitSource) -> SeriesKey {
        SeriesKey(namespace: namespace, route: name, revision: share.revision, tag: tag)
    }

    /// What is beyond the table's limits, nil when nothing is.
    func excess(_ plan: RoutePlan) -> String? {
        if plan.hosts.count > TableLimits.hostsMax {
            return "more than \(TableLimits.hostsMax) hosts"
        }
        let pathCount = rules.reduce(0) { $0 + $1.paths.count }
        if pathCount > TableLimits.pathsMax { return "more than \(TableLimits.pathsMax) paths" }
        var before: [PathSource] = []
        // Rules nearly always share their paths.
        for rule in rules where !rule.paths.span.isIdentical(to: before.span) {
            before = rule.paths
            for path in rule.paths { if let excess = excess(path) { return excess } }
        }
        return textBytes > TableLimits.textBytesMax
            ? "more than \(TableLimits.textBytesMax) bytes of text" : nil
    }

    private func excess(_ path: PathSource) -> String? {
        if path.rewriteHost?.utf8.count ?? 0 > TableLimits.rewriteHostBytesMax {
            return "a rewritten host of more than \(TableLimits.rewriteHostBytesMax) bytes"
        }
        if path.trafficRules.count > TableLimits.rulesMax {
            return "more than \(TableLimits.rulesMax) rules on one path"
        }
        if let sticky = path.sticky, sticky.order.sorted() != Array(path.splits.indices) {
            return "a sticky split whose order does not name each share once"
        }
        if let excess = excess(path.access) ?? excess(path.splits, path.edits) { return excess }
        for rule in path.trafficRules {
            if rule.conditions.count > TableLimits.conditionsMax {
                return "more than \(TableLimits.conditionsMax) conditions in one rule"
            }
            if let excess = excess(rule.access) ?? excess(rule.splits, rule.edits) {
                return excess
            }
        }
        return nil
    }

    private func excess(_ access: [NetworkSource]?) -> String? {
        access?.count ?? 0 > TableLimits.networksMax
            ? "more than \(TableLimits.networksMax) networks in one access list" : nil
    }

    /// What is wrong with shares, and with the fields that they and `edits` set.
    private func excess(_ splits: [SplitSource], _ edits: [FieldEdit]) -> String? {
        if splits.count > TableLimits.sharesMax {
            return "more than \(TableLimits.sharesMax) shares in one split"
        }
        if splits.isEmpty { return "a path without a split" }
        if splits.contains(where: { $0.share > Share.whole }) {
            return "a share above \(Share.whole) millionths"
        }
        let own = bytes(edits)
        if splits.contains(where: { own + bytes($0.edits) > TableLimits.editBytesMax }) {
            return "more than \(TableLimits.editBytesMax) bytes of set fields"
        }
        if splits.contains(where: { edits.count + $0.edits.count > TableLimits.editsMax }) {
            return "more than \(TableLimits.editsMax) set fields"
        }
        return nil
    }

    private func bytes(_ edits: [FieldEdit]) -> Int {
        edits.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
    }

    private var textBytes: Int {
        var sum = 0
        var before: (paths: [PathSource], bytes: Int) = ([], 0)
        for rule in rules {
            for host in rule.hosts { sum += host.utf8.count }
            if !rule.paths.span.isIdentical(to: before.paths.span) {
                before = (rule.paths, rule.paths.reduce(0) { $0 + bytes($1) })
            }
            sum += before.bytes
        }
        return sum
    }

    private func bytes(_ path: PathSource) -> Int {
        var sum = path.prefix.utf8.count + path.tag.utf8.count + bytes(path.edits)
        sum += path.rewriteHost?.utf8.count ?? 0
        for condition in path.conditions {
            sum += condition.name.utf8.count + condition.value.utf8.count
        }
        for share in path.splits { sum += bytes(share) }
        for rule in path.trafficRules { sum += bytes(rule) }
        if let sticky = path.sticky { sum += sticky.salt.utf8.count + sticky.name.utf8.count }
        return sum
    }

    private func bytes(_ share: SplitSource) -> Int {
        share.revision.utf8.count + bytes(share.edits)
    }

    private func bytes(_ rule: TrafficRule) -> Int {
        let own = rule.tag.utf8.count + bytes(rule.edits)
        return own + rule.splits.reduce(0) { $0 + bytes($1) }
            + rule.conditions.reduce(0) { $0 + $1.textBytes }
    }
}
