internal import Routing

/// One entry of `weir.dev/rules`, as read: its target is still a name.
struct RuleChoice: Hashable, Sendable {
    enum Target: Hashable, Sendable {
        case tag(String)
        case revision(String)
    }

    var conditions: [RuleCondition]
    var target: Target
    /// Where the entry stands, for messages.
    var field: String
    var line: Int
}

extension [RuleChoice] {
    /// Refuses targets that the traffic does not name: a rule is no way around it.
    func checkTargets(tags: Set<String>, revisions: Set<String>, _ flaws: inout Flaws) {
        for rule in self {
            let (kind, name, known) =
                switch rule.target {
                case .tag(let name): ("tag", name, tags)
                case .revision(let name): ("revision", name, revisions)
                }
            if known.contains(name) { continue }
            let list = known.sorted().joined(separator: ", ")
            flaws.refuse(
                Flaw(
                    line: rule.line, field: "\(rule.field).\(kind)",
                    wrong: "\(kind) \"\(name)\" is not in the traffic",
                    right: known.isEmpty
                        ? "add it there, with percent 0 if need be"
                        : "add it there, with percent 0 if need be, or write one of \(list)"))
        }
    }

    /// The same for a Route's or Service's traffic.
    func checkTargets(in traffic: [TrafficTarget], _ flaws: inout Flaws) {
        if isEmpty { return }
        checkTargets(
            tags: Set(traffic.map(\.tag)).subtracting([""]),
            revisions: Set(traffic.map(\.revisionName)).subtracting([""]), &flaws)
    }
}
