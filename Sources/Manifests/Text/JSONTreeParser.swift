internal import Bytes

/// Reads a text that is JSON values, one after the other, or parted by `---`; what is not strictly that is left to the
/// YAML parser.
///
/// API servers speak JSON, and 15,000 objects are read at once when a replica starts: this takes
/// a small part of the YAML parser's time. The trees are the same, lines included.
struct JSONTreeParser {
    /// Its bytes are the text; strings with escapes are rewritten where they stand.
    private var builder: TreeBuilder
    private var index = 0
    private var line: UInt32 = 1
    /// What refuses the value of the text that is being read, though it is JSON.
    private var refusal: Refusal?

    /// The text is no JSON that this reads: the YAML parser decides, and words what is wrong.
    private struct NotPlain: Error {}

    private enum Refusal {
        /// A key of a map.
        case repeated(key: Int, map: Int)
        case tooDeep(line: UInt32)
    }

    /// All values of the text, lists and maps only; nil where the text is not plainly JSON.
    static func documents(of text: String) throws(Flaw) -> [Result<Tree, Flaw>]? {
        var parser = JSONTreeParser(text)
        var roots: [(node: Int, refusal: Refusal?)] = []
        do throws(NotPlain) {
            parser.skipBlanks()
            repeat {
                guard parser.isAtListOrMap else { return nil }
                roots.append(try parser.document())
                parser.skipToDocument()
            } while parser.index < parser.builder.bytes.count
                && roots.count <= TreeParser.documentLimit
        } catch {
            if parser.builder.end > TreeParser.nodeLimit { throw .tooManyNodes }
            return nil
        }
        if roots.count > TreeParser.documentLimit { throw .tooManyDocuments }
        let text = TreeText(parser.builder)
        return roots.map { root, refusal in
            if let refusal { return .failure(flaw(refusal, in: text, root)) }
            return .success(Tree(text: text, node: root))
        }
    }

    private static func flaw(_ refusal: Refusal, in text: TreeText, _ root: Int) -> Flaw {
        switch refusal {
        case .tooDeep(let line): .tooDeep(line: Int(line))
        case .repeated(let key, let map):
            .repeated(text.text(key), in: text.path(to: map, from: root), line: text.line(key))
        }
    }

    private init(_ text: String) { builder = TreeBuilder(bytes: Array(text.utf8)) }

    /// The next byte; 0 at the end, which no JSON has.
    private var peek: UInt8 { index < builder.bytes.count ? builder.bytes[index] : 0 }

    private var isAtListOrMap: Bool { peek == UInt8(ascii: "{") || peek == UInt8(ascii: "[") }

    private mutating func skipBlanks() {
        let (end, lines) = Self.blanks(builder.bytes.span, from: index)
        index = end
        line += lines
    }

    /// Where blanks end, and how many lines do before.
    private static func blanks(_ text: Span<UInt8>, from start: Int) -> (end: Int, lines: UInt32) {
        var end = start
        var lines: UInt32 = 0
        while end < text.count {
            switch text[end] {
            case UInt8(ascii: "\n"): lines += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
            default: return (end, lines)
            }
            end += 1
        }
        return (end, lines)
    }

    private mutating func expect(_ byte: UInt8) throws(NotPlain) {
        guard peek == byte else { throw NotPlain() }
        index += 1
    }

    /// Passes over blanks, and the lines `---` that may part documents.
    private mutating func skipToDocument() {
        skipBlanks()
        while isAtMark {
            index += 3
            skipBlanks()
        }
    }

    private var isAtMark: Bool {
        let bytes = builder.bytes
        return bytes.count - index >= 3 && bytes[index..<index + 3].elementsEqual("---".utf8)
            && bytes[index - 1] == UInt8(ascii: "\n")
            && (bytes.count - index == 3 || bytes[index + 3] <= UInt8(ascii: " "))
    }

    // MARK: Values

    private mutating func document() throws(NotPlain) -> (node: Int, refusal: Refusal?) {
        let root = builder.end
        refusal = nil
        try value(depth: 0)
        return (root, refusal)
    }

    private mutating func value(depth: Int) throws(NotPlain) {
        guard builder.end <= TreeParser.nodeLimit else { throw NotPlain() }
        if depth >= TreeParser.depthLimit {
            refusal = refusal ?? .tooDeep(line: line)
            if isAtListOrMap { return try passOver() }
        }
        switch peek {
        case UInt8(ascii: "{"): try map(depth: depth)
        case UInt8(ascii: "["): try list(depth: depth)
        case UInt8(ascii: "\""): builder.add(TreeNode(.text, try string(), line: line))
        case UInt8(ascii: "t"): try word("true", TreeNode(.bool, line: line, first: 1))
        case UInt8(ascii: "f"): try word("false", TreeNode(.bool, line: line))
        case UInt8(ascii: "n"): try word("null", TreeNode(.null, line: line))
        default: try number()
        }
    }

    private mutating func map(depth: Int) throws(NotPlain) {
        let map = builder.open(.map, line: line)
        var count = 0
        index += 1
        skipBlanks()
        if peek == UInt8(ascii: "}") {
            index += 1
            return builder.close(map, count: 0)
        }
        while true {
            skipBlanks()
            builder.add(builder.key(try string(), line: line))
            skipBlanks()
            try expect(UInt8(ascii: ":"))
            skipBlanks()
            try value(depth: depth + 1)
            count += 1
            skipBlanks()
            if peek == UInt8(ascii: "}") { break }
            try expect(UInt8(ascii: ","))
        }
        index += 1
        if let key = builder.repeatedKey(map, count: count), refusal == nil {
            refusal = .repeated(key: key, map: map)
        }
        builder.close(map, count: count)
    }

    private mutating func list(depth: Int) throws(NotPlain) {
        let list = builder.open(.list, line: line)
        var count = 0
        index += 1
        skipBlanks()
        if peek == UInt8(ascii: "]") {
            index += 1
            return builder.close(list, count: 0)
        }
        while true {
            skipBlanks()
            try value(depth: depth + 1)
            count += 1
            skipBlanks()
            if peek == UInt8(ascii: "]") { break }
            try expect(UInt8(ascii: ","))
        }
        index += 1
        builder.close(list, count: count)
    }

    /// Passes over a list or map that is too deep to be read.
    private mutating func passOver() throws(NotPlain) {
        builder.add(TreeNode(.null, line: line))
        var depth = 0
        repeat {
            switch peek {
            case 0..<0x20: throw NotPlain()
            case UInt8(ascii: "\""): _ = try string()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                index += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                index += 1
            default: index += 1
            }
            skipBlanks()
        } while depth > 0
    }

    private mutating func word(_ word: StaticString, _ node: TreeNode) throws(NotPlain) {
        for byte in word.description.utf8 { try expect(byte) }
        builder.add(node)
    }

    /// Digits only become an integer; what has more to it stays text, as it is written.
    private mutating func number() throws(NotPlain) {
        let start = index
        if peek == UInt8(ascii: "-") { index += 1 }
        let first = peek
        let whole = try digits()
        guard whole == 1 || first != UInt8(ascii: "0") else { throw NotPlain() }
        var isInteger = true
        if peek == UInt8(ascii: ".") {
            index += 1
            _ = try digits()
            isInteger = false
        }
        if peek | 0x20 == UInt8(ascii: "e") {
            index += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
            _ = try digits()
            isInteger = false
        }
        let text = String(decoding: builder.bytes[start..<index], as: UTF8.self)
        if isInteger, let integer = Int64(text) {
            builder.add(TreeNode(integer, line: line))
        } else {
            builder.add(TreeNode(.number, start..<index, line: line))
        }
    }

    /// How many there were, at least one.
    private mutating func digits() throws(NotPlain) -> Int {
        let start = index
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(peek) { index += 1 }
        guard index > start else { throw NotPlain() }
        return index - start
    }

    // MARK: Strings

    /// Where the text of a string is.
    private mutating func string() throws(NotPlain) -> Range<Int> {
        try expect(UInt8(ascii: "\""))
        let start = index
        let end = ByteScan.endOfJSONText(in: builder.bytes.span, from: start)
        index = end
        if peek == UInt8(ascii: "\\") { return try escapedString(from: start) }
        try expect(UInt8(ascii: "\""))
        return start..<end
    }

    /// The rest of a string that has an escape at `index`: no character is longer than its escape.
    private mutating func escapedString(from start: Int) throws(NotPlain) -> Range<Int> {
        var end = index
        while index < builder.bytes.count {
            let byte = builder.bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return start..<end }
            guard byte >= 0x20 else { throw NotPlain() }
            if byte != UInt8(ascii: "\\") {
                put(byte, at: &end)
                continue
            }
            let letter = peek
            index += 1
            switch letter {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): put(letter, at: &end)
            case UInt8(ascii: "b"): put(8, at: &end)
            case UInt8(ascii: "f"): put(12, at: &end)
            case UInt8(ascii: "n"): put(10, at: &end)
            case UInt8(ascii: "r"): put(13, at: &end)
            case UInt8(ascii: "t"): put(9, at: &end)
            case UInt8(ascii: "u"):
                for byte in String(try scalar()).utf8 { put(byte, at: &end) }
            default: throw NotPlain()
            }
        }
        throw NotPlain()
    }

    private mutating func put(_ byte: UInt8, at end: inout Int) {
        builder.bytes[end] = byte
        end += 1
    }

    /// What follows `\u`, with a second half where the first is one; a lone half is U+FFFD.
    private mutating func scalar() throws(NotPlain) -> Unicode.Scalar {
        let high = try unit()
        if let scalar = Unicode.Scalar(high) { return scalar }
        let mark = index
        guard JSONEscape.isFirstHalf(high), peek == UInt8(ascii: "\\") else { return "\u{FFFD}" }
        index += 1
        if peek == UInt8(ascii: "u") {
            index += 1
            if let scalar = JSONEscape.joined(high, try unit()) { return scalar }
        }
        index = mark
        return "\u{FFFD}"
    }

    private mutating func unit() throws(NotPlain) -> UInt32 {
        guard let unit = JSONEscape.unit(builder.bytes.span, at: index) else { throw NotPlain() }
        index += 4
        return unit
    }
}
