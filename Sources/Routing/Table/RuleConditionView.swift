internal import Bytes
internal import HTTP

/// One condition of a rule: what is looked at, and what must be true of it.
struct RuleConditionView {
    enum Subject: UInt32 {
        case path, header, query, cookie, method
    }

    enum Test: UInt32 {
        case exact, regex, present, oneOf
    }

    let route: BlockView
    let offset: Int

    var subject: Subject {
        guard let it = Subject(rawValue: route.load32(at: offset + Layout.RuleCondition.subject))
        else { preconditionFailure("not a condition") }
        return it
    }

    var test: Test {
        guard let it = Test(rawValue: route.load32(at: offset + Layout.RuleCondition.test))
        else { preconditionFailure("not a condition") }
        return it
    }

    /// The name of the field, parameter or cookie.
    var name: BlockView { route.text(at: offset + Layout.RuleCondition.name) }
    /// The text to equal, or the pattern as it was written.
    var value: BlockView { route.text(at: offset + Layout.RuleCondition.value) }

    var pattern: RegexReference {
        RegexReference(route, at: offset + Layout.RuleCondition.pattern)
    }

    var optionCount: Int { Int(route.load32(at: offset + Layout.RuleCondition.value + 4)) }

    /// One of the texts of a `oneOf`.
    func option(_ index: Int) -> BlockView {
        precondition(index >= 0 && index < optionCount)
        let options = Int(route.load32(at: offset + Layout.RuleCondition.value))
        return route.text(at: options + index * 8)
    }

    /// Whether it holds; a subject that is not there fails every test.
    func outcome(
        _ head: borrowing Head, _ bytes: Span<UInt8>, under edits: EditList,
        _ regex: inout RegexMatcher
    ) -> RegexOutcome {
        if subject == .header {
            let field = FoundField(name, head, bytes, under: edits)
            return outcome(field, head, bytes, &regex)
        }
        guard let range = range(head, bytes) else { return .noMatch }
        return outcome(bytes.extracting(range), &regex)
    }

    /// Where the subject lies in the head's bytes, for all but fields.
    func range(_ head: borrowing Head, _ bytes: Span<UInt8>) -> Range<Int>? {
        switch subject {
        case .path: head.path.range
        case .method: head.methodText.range
        case .query: HeadSearch.parameter(name, head, bytes)
        case .cookie: HeadSearch.cookie(name, head, bytes)
        case .header: nil
        }
    }

    private func outcome(_ text: Span<UInt8>, _ regex: inout RegexMatcher) -> RegexOutcome {
        switch test {
        case .present: return .match
        case .exact: return value.equals(text) ? .match : .noMatch
        case .regex: return regex.search(text, for: pattern)
        case .oneOf:
            for index in 0..<optionCount where option(index).equals(text) { return .match }
            return .noMatch
        }
    }

    private func outcome(
        _ field: FoundField, _ head: borrowing Head, _ bytes: Span<UInt8>,
        _ regex: inout RegexMatcher
    ) -> RegexOutcome {
        switch field {
        case .absent: return .noMatch
        case .client(let value): return outcome(bytes.extracting(value.range), &regex)
        case .edit(let value): return outcome(value.bytes, &regex)
        case .several: break
        }
        switch test {
        case .present: return .match
        case .exact: return field.equals(value, name, head, bytes) ? .match : .noMatch
        case .oneOf:
            for index in 0..<optionCount where field.equals(option(index), name, head, bytes) {
                return .match
            }
            return .noMatch
        case .regex:
            regex.beginJoining()
            for index in 0..<head.fields.count {
                let field = head.fields[index]
                guard FoundField.isNamed(field, name, bytes) else { continue }
                regex.join(bytes.extracting(field.value.range))
            }
            return regex.searchJoined(for: pattern)
        }
    }
}
