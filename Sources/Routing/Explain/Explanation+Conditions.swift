internal import Bytes
internal import HTTP

extension PathView {
    /// What a condition asks, for people.
    func conditionText(_ index: Int) -> String {
        let condition = condition(index)
        let name = Disclosure.text(condition.name)
        if condition.value.isEmpty { return "header \(name) is present" }
        let wanted = Disclosure.value(Disclosure.text(condition.value), under: name)
        return "header \(name) is \(wanted)"
    }

    /// What the request has for a condition.
    func found(
        for index: Int, _ head: borrowing Head, _ bytes: Span<UInt8>, under edits: EditList
    ) -> String {
        let name = condition(index).name
        return FoundField(name, head, bytes, under: edits).text(name, head, bytes)
    }
}

extension RuleConditionView {
    /// What it asks, for people.
    var text: String { "\(subjectText) \(testText)" }

    private var subjectText: String {
        let name = Disclosure.text(name)
        return switch subject {
        case .path: "path"
        case .method: "method"
        case .header: "header \(name)"
        case .query: "query \(name)"
        case .cookie: "cookie \(name)"
        }
    }

    /// Whether what the request has under the name is kept back, and so what is asked of it.
    private var isSecret: Bool {
        let name = Disclosure.text(name)
        return switch subject {
        case .path, .method: false
        case .header, .query: Disclosure.isSecret(name)
        case .cookie: Disclosure.isSecret(cookie: name)
        }
    }

    private var testText: String {
        switch test {
        case .present: return "is present"
        case .exact: return "is \(isSecret ? Disclosure.hidden : Disclosure.text(value))"
        case .regex: return "matches \(isSecret ? Disclosure.hidden : Disclosure.text(value))"
        case .oneOf:
            let options = (0..<optionCount).map { Disclosure.text(option($0)) }
            return "is one of \(isSecret ? Disclosure.hidden : options.joined(separator: ", "))"
        }
    }

    /// What the request has for it.
    func found(
        _ head: borrowing Head, _ bytes: Span<UInt8>, under edits: EditList
    ) -> String {
        if subject == .header {
            return FoundField(name, head, bytes, under: edits).text(name, head, bytes)
        }
        guard let range = range(head, bytes) else { return "absent" }
        return isSecret ? Disclosure.hidden : Disclosure.text(bytes.extracting(range))
    }
}

extension FoundField {
    /// The value for people.
    func text(_ name: BlockView, _ head: borrowing Head, _ bytes: Span<UInt8>) -> String {
        if !isPresent { return "absent" }
        if Disclosure.isSecret(Disclosure.text(name)) { return Disclosure.hidden }
        switch self {
        case .absent: return "absent"
        case .client(let value): return Disclosure.text(bytes.extracting(value.range))
        case .edit(let value): return Disclosure.text(value)
        case .several:
            var values: [String] = []
            for index in 0..<head.fields.count {
                let field = head.fields[index]
                guard Self.isNamed(field, name, bytes) else { continue }
                values.append(Disclosure.text(bytes.extracting(field.value.range)))
            }
            return values.joined(separator: ",")
        }
    }
}
