internal import Routing

/// Rules that cannot be reached, or whose conditions cannot hold.
enum RuleLint {
    /// `areTagsPrivate`: a tag's rule is not there for everybody, so it hides no other.
    static func remark(
        _ rules: [RuleChoice], areTagsPrivate: Bool, _ flaws: inout Flaws
    ) {
        for (index, rule) in rules.enumerated() {
            for (wrong, field) in impossible(rule.conditions) {
                flaws.remark(
                    Flaw(
                        line: rule.line, field: "\(rule.field).\(field)", wrong: wrong,
                        right: "change it, or leave the rule out"))
            }
            let conditions = normal(rule.conditions)
            let earlier = rules[..<index].first { other in
                if areTagsPrivate, other.isTag, !rule.isTag { return false }
                return normal(other.conditions).isSubset(of: conditions)
            }
            guard let earlier else { continue }
            flaws.remark(
                Flaw(
                    line: rule.line, field: rule.field,
                    wrong: "is never reached: the rule at line \(earlier.line) takes all of its "
                        + "requests",
                    right: "put it before that one"))
        }
    }

    private static func impossible(
        _ conditions: [RuleCondition]
    ) -> [(wrong: String, field: String)] {
        var found: [(String, String)] = []
        var exact: [RuleCondition.Subject: String] = [:]
        for condition in conditions {
            switch (condition.subject, condition.test) {
            case (.path, .regex(let pattern)):
                if let why = RegexPattern.neverMatches(path: pattern) {
                    found.append((why, "path-regex"))
                }
            case (let subject, .exact(let value)):
                let subject = normal(subject)
                if let other = exact.updateValue(value, forKey: subject), other != value,
                    case .header(let name) = subject
                {
                    found.append(("never holds: \(name) would need two values", "headers"))
                }
            default: break
            }
        }
        return found
    }

    /// Names of fields do not differ by case.
    private static func normal(_ conditions: [RuleCondition]) -> Set<RuleCondition> {
        Set(conditions.map { RuleCondition(normal($0.subject), $0.test) })
    }

    private static func normal(_ subject: RuleCondition.Subject) -> RuleCondition.Subject {
        if case .header(let name) = subject { .header(name.lowercased()) } else { subject }
    }
}

extension RuleChoice {
    fileprivate var isTag: Bool {
        if case .tag = target { true } else { false }
    }
}
