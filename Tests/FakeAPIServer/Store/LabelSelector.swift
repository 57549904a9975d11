/// A label selector: equality and sets, joined by commas.
struct LabelSelector: Sendable, Equatable {
    /// One condition on one label.
    enum Requirement: Sendable, Equatable {
        case exists(String)
        case absent(String)
        case isOne(String, of: Set<String>)
        case isNone(String, of: Set<String>)
    }

    var requirements: [Requirement]

    func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .exists(let key): labels[key] != nil
            case .absent(let key): labels[key] == nil
            case .isOne(let key, let values): labels[key].map(values.contains) ?? false
            case .isNone(let key, let values): !(labels[key].map(values.contains) ?? false)
            }
        }
    }

    /// Reads a selector; nil for an empty one.
    init?(_ text: String) throws {
        let terms = Self.terms(text)
        guard !terms.isEmpty else { return nil }
        requirements = try terms.map { term in
            guard let requirement = Self.requirement(term) else {
                throw StatusFault.badRequest(
                    "unable to parse requirement: found '\(term)', in label selector \"\(text)\"")
            }
            return requirement
        }
    }

    /// Cuts at commas outside of parentheses.
    private static func terms(_ text: String) -> [String] {
        var terms: [String] = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == "," && depth == 0 {
                terms.append("")
            } else {
                terms[terms.count - 1].append(character)
            }
        }
        return terms == [""] ? [] : terms
    }

    private static func requirement(_ term: String) -> Requirement? {
        let blanks = #/^\s+|\s+$/#
        let term = String(term.replacing(blanks, with: ""))
        if let match = term.wholeMatch(of: #/(\S+)\s+(in|notin)\s*\(([^()]*)\)/#) {
            let values = Set(
                match.3.split(separator: ",", omittingEmptySubsequences: false)
                    .map { String($0.replacing(blanks, with: "")) })
            guard isKey(match.1), values.allSatisfy({ Names.labelValue($0) == nil }) else {
                return nil
            }
            let key = String(match.1)
            return match.2 == "in" ? .isOne(key, of: values) : .isNone(key, of: values)
        }
        if let match = term.wholeMatch(of: #/([^\s!=]+)\s*(==|=|!=)\s*([^\s=!]*)/#) {
            let (key, value) = (String(match.1), String(match.3))
            guard isKey(match.1), Names.labelValue(value) == nil else { return nil }
            return match.2 == "!=" ? .isNone(key, of: [value]) : .isOne(key, of: [value])
        }
        if term.hasPrefix("!") {
            let key = term.dropFirst().replacing(blanks, with: "")
            return isKey(key) ? .absent(String(key)) : nil
        }
        return isKey(Substring(term)) ? .exists(term) : nil
    }

    private static func isKey(_ text: Substring) -> Bool { Names.qualified(String(text)) == nil }
}
