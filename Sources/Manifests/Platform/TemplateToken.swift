/// A word of an action.
enum TemplateToken: Hashable {
    case field([String])
    case word(String)
    case literal(TextTemplate.Value)
    case open
    case close
    case pipe

    /// The tokens up to `}}`, which is taken too; none for a comment.
    static func action(
        _ rest: inout Substring
    ) throws(CompileFault) -> (tokens: [TemplateToken], trimsNext: Bool) {
        let unclosed = CompileFault(wrong: "{{ is not closed", right: "close it with }}")
        rest = rest.drop(while: \.isWhitespace)
        if rest.hasPrefix("/*") {
            guard let end = rest.firstRange(of: "*/") else { throw unclosed }
            rest = rest[end.upperBound...]
        }
        var tokens: [TemplateToken] = []
        while true {
            let blank = rest.prefix(while: \.isWhitespace)
            rest = rest.dropFirst(blank.count)
            if rest.hasPrefix("}}") {
                rest = rest.dropFirst(2)
                return (tokens, false)
            }
            if !blank.isEmpty, rest.hasPrefix("-}}") {
                rest = rest.dropFirst(3)
                return (tokens, true)
            }
            guard let first = rest.first else { throw unclosed }
            tokens.append(try token(first, &rest))
        }
    }

    private static func token(
        _ first: Character, _ rest: inout Substring
    ) throws(CompileFault) -> TemplateToken {
        switch first {
        case "(", ")", "|":
            rest = rest.dropFirst()
            return first == "(" ? .open : first == ")" ? .close : .pipe
        case "\"": return .literal(.text(try quoted(&rest)))
        case "`":
            rest = rest.dropFirst()
            guard let end = rest.firstIndex(of: "`") else {
                throw CompileFault(wrong: "a string is not closed", right: "close it")
            }
            defer { rest = rest[rest.index(after: end)...] }
            return .literal(.text(String(rest[..<end])))
        case ".":
            let path = word(&rest).split(separator: ".", omittingEmptySubsequences: false)
            guard path.count >= 2, path.dropFirst().allSatisfy({ !$0.isEmpty }) else {
                throw CompileFault(wrong: "\".\" alone is not supported")
            }
            return .field(path.dropFirst().map(String.init))
        default:
            let text = word(&rest)
            if let number = Int64(text) { return .literal(.number(number)) }
            guard let letter = text.first, letter.isLetter, letter.isASCII else {
                throw CompileFault(wrong: "\"\(first)\" is not supported")
            }
            return .word(text)
        }
    }

    /// Takes letters, digits, `_`, `.` and a leading sign.
    private static func word(_ rest: inout Substring) -> String {
        var count = 0
        for character in rest {
            guard
                character.isLetter || character.isNumber || character == "_"
                    || character == "." || count == 0 && character == "-"
            else { break }
            count += 1
        }
        defer { rest = rest.dropFirst(count) }
        return String(rest.prefix(count))
    }

    private static func quoted(_ rest: inout Substring) throws(CompileFault) -> String {
        var text = ""
        rest = rest.dropFirst()
        while let character = rest.popFirst() {
            switch character {
            case "\"": return text
            case "\\":
                switch rest.popFirst() {
                case "\""?: text.append("\"")
                case "\\"?: text.append("\\")
                case "n"?: text.append("\n")
                case "t"?: text.append("\t")
                default: throw CompileFault(wrong: "an escape is not supported")
                }
            default: text.append(character)
            }
        }
        throw CompileFault(wrong: "a string is not closed", right: "close it")
    }
}
