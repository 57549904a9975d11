extension RoutesPage {
    /// The page as aligned tables for people.
    package var text: String {
        var lines = ["table version \(version), every worker serves \(servedVersion)", ""]
        lines += routeTable.lines
        lines += ["", "objects:"] + objectTable.lines
        for (title, said) in [
            ("errors", faults), ("notices", notices), ("refusals", refusals),
        ] where !said.isEmpty {
            lines += ["", title + ":"] + said.map { "  " + $0 }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var routeTable: TextTable {
        var table = TextTable([
            ("ROUTE", .left), ("HOST", .left), ("SEEN BY", .left), ("PATH", .left),
            ("TAG", .left), ("REVISION", .left), ("DESIRED", .right), ("OBSERVED", .right),
            ("REQUESTS", .right), ("ADDRESSES", .left),
        ])
        for route in routes {
            for rule in route.rules {
                for path in rule.paths {
                    let conditions = path.conditions.map { " [\($0)]" }.joined()
                    for (index, share) in path.split.enumerated() {
                        let place =
                            index > 0
                            ? ["", "", "", "", ""]
                            : [
                                "\(route.namespace)/\(route.name)", rule.hostText,
                                rule.visibility, path.prefix + conditions + path.notes, path.tag,
                            ]
                        table.add(
                            place + [
                                share.revision, Figures.percent(share.desired),
                                Figures.percent(share.observed), String(share.requests),
                                share.addressText,
                            ])
                    }
                }
            }
        }
        return table
    }

    private var objectTable: TextTable {
        var table = TextTable([
            ("KIND", .left), ("NAME", .left), ("STATUS", .left), ("PLACE", .left),
        ])
        for object in objects {
            let name = object.namespace.isEmpty ? object.name : "\(object.namespace)/\(object.name)"
            table.add([object.kind, name, object.status, object.place])
            for target in object.traffic {
                guard let reason = target.reason else { continue }
                let tag = target.tag.map { " (\($0))" } ?? ""
                let kept = target.isLastGood ? ", last good share kept" : ""
                table.add(["", "  \(target.percent) % \(target.revision)\(tag)", reason + kept, ""])
            }
        }
        return table
    }
}

extension RoutesPage.PathEntry {
    /// What comes before the counted split, and for whom.
    fileprivate var notes: String {
        var notes: [String] = []
        if let rules { notes.append(rules.count == 1 ? "1 rule" : "\(rules.count) rules") }
        if let sticky { notes.append("sticky by \(sticky)") }
        if let access { notes.append("only " + access.joined(separator: " ")) }
        return notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))"
    }
}

extension RoutesPage.RuleEntry {
    /// The first host, and how many more there are.
    fileprivate var hostText: String {
        guard let first = hosts.first else { return "*" }
        return hosts.count == 1 ? first : "\(first) +\(hosts.count - 1)"
    }
}

extension RoutesPage.ShareEntry {
    /// Some addresses, and how many more there are.
    fileprivate var addressText: String {
        if addresses.isEmpty { return "none" }
        let more = addresses.count > 2 ? " +\(addresses.count - 2)" : ""
        return addresses.prefix(2).joined(separator: " ") + more
    }
}
