/// Reads templates: text and actions in double braces.
struct TemplateParser {
    /// LIMIT: bytes of a template.
    private static let byteLimit = 4_096
    /// LIMIT: nesting of `if` and of groups.
    private static let depthLimit = 32

    private var pieces: ArraySlice<Piece>

    private enum Piece {
        case text(String)
        case action([TemplateToken])
    }

    static func nodes(of source: String) throws(CompileFault) -> [TextTemplate.Node] {
        guard source.utf8.count <= byteLimit else {
            throw CompileFault(wrong: "is longer than \(byteLimit) bytes", right: "shorten it")
        }
        var parser = TemplateParser(pieces: try pieces(of: source)[...])
        let (nodes, end) = try parser.block(depth: 0)
        guard end == nil else {
            throw CompileFault(wrong: "unexpected {{\(end ?? "")}}", right: "begin with {{if}}")
        }
        return nodes
    }

    /// Cuts at the braces, and trims where an action says so.
    private static func pieces(of source: String) throws(CompileFault) -> [Piece] {
        var pieces: [Piece] = []
        var rest = Substring(source)
        var trimsNext = false
        while let open = rest.firstRange(of: "{{") {
            var text = rest[..<open.lowerBound]
            rest = rest[open.upperBound...]
            if trimsNext { text = text.drop(while: \.isWhitespace) }
            if rest.hasPrefix("-"), rest.dropFirst().first?.isWhitespace == true {
                while text.last?.isWhitespace == true { text.removeLast() }
                rest = rest.dropFirst()
            }
            if !text.isEmpty { pieces.append(.text(String(text))) }
            let action = try TemplateToken.action(&rest)
            trimsNext = action.trimsNext
            if !action.tokens.isEmpty { pieces.append(.action(action.tokens)) }
        }
        if trimsNext { rest = rest.drop(while: \.isWhitespace) }
        if !rest.isEmpty { pieces.append(.text(String(rest))) }
        return pieces
    }

    /// Nodes up to the end, or up to an `else` or `end`, which is returned.
    private mutating func block(
        depth: Int
    ) throws(CompileFault) -> (nodes: [TextTemplate.Node], end: String?) {
        guard depth < Self.depthLimit else {
            throw CompileFault(wrong: "is nested too deeply", right: "nest less")
        }
        var nodes: [TextTemplate.Node] = []
        while let piece = pieces.popFirst() {
            guard case .action(var tokens) = piece else {
                if case .text(let text) = piece { nodes.append(.text(text)) }
                continue
            }
            switch tokens.first {
            case .word("if")?:
                tokens.removeFirst()
                nodes.append(try branch(tokens, depth: depth))
            case .word("end")? where tokens.count == 1: return (nodes, "end")
            case .word("else")?:
                // `else if` is put back as an `if` of its own; its `end` closes both.
                tokens.removeFirst()
                if tokens.isEmpty { return (nodes, "else") }
                pieces = [.action(tokens)] + pieces
                return (nodes, "else if")
            case .word(let word)?
            where ["range", "with", "define", "template", "block", "break", "continue", "end"]
                .contains(word):
                throw CompileFault(wrong: "{{\(word)}} is not supported")
            default: nodes.append(.output(try Self.pipeline(&tokens, depth: 0)))
            }
        }
        return (nodes, nil)
    }

    private mutating func branch(
        _ condition: [TemplateToken], depth: Int
    ) throws(CompileFault) -> TextTemplate.Node {
        var tokens = condition
        let pipeline = try Self.pipeline(&tokens, depth: 0)
        let (then, end) = try block(depth: depth + 1)
        switch end {
        case "end"?: return .branch(pipeline, then: then, otherwise: [])
        case "else"?:
            let (otherwise, last) = try block(depth: depth + 1)
            guard last == "end" else { break }
            return .branch(pipeline, then: then, otherwise: otherwise)
        case "else if"?:
            guard case .action(var tokens)? = pieces.popFirst(), tokens.first == .word("if"),
                depth < Self.depthLimit
            else { throw CompileFault(wrong: "{{else}} is followed by no if") }
            tokens.removeFirst()
            return .branch(
                pipeline, then: then, otherwise: [try branch(tokens, depth: depth + 1)])
        default: break
        }
        throw CompileFault(wrong: "{{if}} has no {{end}}", right: "write {{end}}")
    }

    /// Commands parted by `|`, up to the end or a closing parenthesis.
    private static func pipeline(
        _ tokens: inout [TemplateToken], depth: Int
    ) throws(CompileFault) -> TextTemplate.Pipeline {
        guard depth < depthLimit else {
            throw CompileFault(wrong: "is nested too deeply", right: "nest less")
        }
        var commands: [[TextTemplate.Operand]] = [[]]
        while let token = tokens.first {
            if depth > 0, token == .close { break }
            tokens.removeFirst()
            let last = commands.count - 1
            switch token {
            case .pipe: commands.append([])
            case .field(let path): commands[last].append(.field(path))
            case .literal(let value): commands[last].append(.literal(value))
            case .word(let word): commands[last].append(try function(word))
            case .open:
                let group = try pipeline(&tokens, depth: depth + 1)
                guard tokens.first == .close else {
                    throw CompileFault(wrong: "a parenthesis is not closed", right: "close it")
                }
                tokens.removeFirst()
                commands[last].append(.group(group))
            case .close:
                throw CompileFault(wrong: "a parenthesis is not opened", right: "open it")
            }
        }
        guard commands.allSatisfy({ !$0.isEmpty }) else {
            throw CompileFault(wrong: "a command is empty", right: "write a field")
        }
        return TextTemplate.Pipeline(commands: commands)
    }

    private static func function(_ word: String) throws(CompileFault) -> TextTemplate.Operand {
        switch word {
        case "true": return .literal(.flag(true))
        case "false": return .literal(.flag(false))
        case "index", "eq", "ne", "and", "or", "not", "print", "printf": return .function(word)
        default: throw CompileFault(wrong: "function \"\(word)\" is not supported")
        }
    }
}
