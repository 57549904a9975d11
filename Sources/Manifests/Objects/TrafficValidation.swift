internal import Routing

/// §1.2 and §1.3 for traffic lists, with Serving's messages.
enum TrafficValidation {
    /// The list, defaulted; flaws say what the webhook would have refused.
    static func read(
        _ cursor: Cursor, isInService: Bool, _ flaws: inout Flaws
    ) -> [TrafficTarget] {
        let known = flaws.errors.count
        let items = cursor.items(&flaws)
        var targets = items.map { TrafficTarget($0, &flaws) }
        if isInService, targets.isEmpty {
            targets = [TrafficTarget(latestRevision: true, percent: 100, line: cursor.line)]
        }
        for index in targets.indices { targets[index].setDefaults() }
        // A field of the wrong type has been refused: its consequences would only be noise.
        guard flaws.errors.count == known else { return targets }
        for (target, item) in zip(targets, items) {
            check(target, item, isInService: isInService, &flaws)
        }
        checkTags(targets, items, cursor, &flaws)
        checkSum(targets, cursor, &flaws)
        checkCount(targets, cursor, &flaws)
        return targets
    }

    private static func check(
        _ target: TrafficTarget, _ cursor: Cursor, isInService: Bool, _ flaws: inout Flaws
    ) {
        if let latest = target.latestRevision, latest == !target.revisionName.isEmpty {
            flaws.refuse(
                cursor["latestRevision"],
                "may not set revisionName \"\(target.revisionName)\" when latestRevision is "
                    + "\(latest)",
                right: latest ? "leave one of the two out" : "name a revision or write true")
        }
        checkNames(target, cursor, isInService: isInService, &flaws)
        if let percent = target.percent, percent < 0 || percent > 100 {
            flaws.refuse(
                cursor["percent"], "expected 0 <= \(percent) <= 100",
                right: "write a percent from 0 to 100")
        }
        if cursor["url"].isPresent, !cursor["url"].isText("") {
            flaws.refuse(
                cursor["url"], "must not set the field(s)", right: "leave it out of spec")
        }
    }

    private static func checkNames(
        _ target: TrafficTarget, _ cursor: Cursor, isInService: Bool, _ flaws: inout Flaws
    ) {
        var revision: Cursor { cursor["revisionName"] }
        var configuration: Cursor { cursor["configurationName"] }
        var both: String { "\(configuration.path), \(revision.path)" }
        switch (target.revisionName.isEmpty, target.configurationName.isEmpty) {
        case (_, false) where isInService:
            flaws.refuse(
                configuration, "must not set the field(s)",
                right: "leave it out: a Service has one Configuration")
        case (false, false):
            flaws.refuse(
                Flaw(
                    line: configuration.line, field: both, wrong: "expected exactly one, got both",
                    right: "leave one of the two out"))
        case (false, true):
            if !DNSName.isQualified(target.revisionName) {
                refuseKey(target.revisionName, revision, &flaws)
            }
        case (true, false):
            if !DNSName.isQualified(target.configurationName) {
                refuseKey(target.configurationName, configuration, &flaws)
            }
        case (true, true) where !isInService:
            flaws.refuse(
                Flaw(
                    line: cursor.line, field: both, wrong: "expected exactly one, got neither",
                    right: "name a revision or a configuration"))
        case (true, true): break
        }
    }

    private static func refuseKey(_ name: String, _ cursor: Cursor, _ flaws: inout Flaws) {
        flaws.refuse(
            cursor, "invalid key name \"\(name)\"",
            right: "write the object's name: lower case letters, digits, '-' and '.'")
    }

    private static func checkTags(
        _ targets: [TrafficTarget], _ items: [Cursor], _ list: Cursor, _ flaws: inout Flaws
    ) {
        var first: [String: Int] = [:]
        for (index, item) in items.enumerated() where !targets[index].tag.isEmpty {
            let tag = targets[index].tag
            let cursor = item["tag"]
            if let other = first[tag] {
                flaws.refuse(
                    Flaw(
                        line: cursor.line, field: "\(items[other].path).tag, \(cursor.path)",
                        wrong: "Multiple definitions for \"\(tag)\"", right: "use each tag once"))
            } else {
                first[tag] = index
            }
            let faults = DNSName.label1035Faults(tag)
            if !faults.isEmpty {
                // The path is spelt as Serving spells it: the index after `tag`.
                let said = faults.joined(separator: " ")
                flaws.refuse(
                    Flaw(
                        line: cursor.line, field: "\(list.path).tag[\(index)]",
                        wrong: "invalid value: not a DNS 1035 label: [\(said)]",
                        right: "write a tag like my-tag"))
            }
        }
    }

    /// What the route table takes as one split.
    private static func checkCount(
        _ targets: [TrafficTarget], _ list: Cursor, _ flaws: inout Flaws
    ) {
        if targets.count <= TableLimits.sharesMax { return }
        let count = Set(targets.filter { $0.percent != 0 }.map(TargetName.init)).count
        if count > TableLimits.sharesMax {
            flaws.refuse(
                list, "\(count) splits", right: "at most \(TableLimits.sharesMax) would be right")
        }
    }

    private static func checkSum(
        _ targets: [TrafficTarget], _ list: Cursor, _ flaws: inout Flaws
    ) {
        var sum: Int64 = 0
        for target in targets {
            // Wraps as Go's does; whatever wraps is far from 100.
            sum &+= target.percent ?? 0
        }
        if sum != 100 {
            flaws.refuse(
                list, "Traffic targets sum to \(sum), want 100",
                right: "let the percents sum to 100")
        }
    }
}
