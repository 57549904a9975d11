/// Reads a text that is one JSON value; what is not strictly that is left to the YAML parser.
///
/// API servers speak JSON, and 15,000 objects are read at once when a replica starts: this takes
/// a fifth of the YAML parser's time. The trees are the same, lines included.
struct JSONTreeParser {
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1

    /// The text is no JSON that this reads: the YAML parser decides, and words what is wrong.
    private struct NotPlain: Error {}

    /// Keys of a map up to this count are compared one by one.
    private static let fewKeys = 12

    /// The only value of the text; nil where the text is not plainly JSON.
    static func tree(of text: String) -> Tree? {
        var parser = JSONTreeParser(text)
        parser.skipBlanks()
        guard parser.peek == UInt8(ascii: "{") else { return nil }
        do throws(NotPlain) {
            let tree = try parser.value(depth: 0)
            parser.skipBlanks()
            return parser.index == parser.bytes.count ? tree : nil
        } catch {
            return nil
        }
    }

    private init(_ text: String) { bytes = Array(text.utf8) }

    /// The next byte; 0 at the end, which no JSON has.
    private var peek: UInt8 { index < bytes.count ? bytes[index] : 0 }

    private mutating func skipBlanks() {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\n"): line += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
            default: return
            }
            index += 1
        }
    }

    private mutating func expect(_ byte: UInt8) throws(NotPlain) {
        guard peek == byte else { throw NotPlain() }
        index += 1
    }

    // MARK: Values

    private mutating func value(depth: Int) throws(NotPlain) -> Tree {
        guard depth < TreeParser.depthLimit else { throw NotPlain() }
        let start = line
        switch peek {
        case UInt8(ascii: "{"): return Tree(line: start, value: .map(try entries(depth: depth)))
        case UInt8(ascii: "["): return Tree(line: start, value: .list(try items(depth: depth)))
        case UInt8(ascii: "\""): return Tree(line: start, value: .text(try string()))
        case UInt8(ascii: "t"): return Tree(line: start, value: try word("true", .bool(true)))
        case UInt8(ascii: "f"): return Tree(line: start, value: try word("false", .bool(false)))
        case UInt8(ascii: "n"): return Tree(line: start, value: try word("null", .null))
        default: return Tree(line: start, value: try number())
        }
    }

    private mutating func entries(depth: Int) throws(NotPlain) -> [Tree.Entry] {
        var entries: [Tree.Entry] = []
        try expect(UInt8(ascii: "{"))
        skipBlanks()
        if peek == UInt8(ascii: "}") {
            index += 1
            return entries
        }
        entries.reserveCapacity(4)
        while true {
            skipBlanks()
            let keyLine = line
            let key = try string()
            skipBlanks()
            try expect(UInt8(ascii: ":"))
            skipBlanks()
            let tree = try value(depth: depth + 1)
            entries.append(Tree.Entry(key: key, line: keyLine, tree: tree))
            skipBlanks()
            if peek == UInt8(ascii: "}") { break }
            try expect(UInt8(ascii: ","))
        }
        index += 1
        guard !Self.hasRepeatedKey(entries) else { throw NotPlain() }
        return entries
    }

    private static func hasRepeatedKey(_ entries: [Tree.Entry]) -> Bool {
        if entries.count > fewKeys { return Set(entries.map(\.key)).count < entries.count }
        for (index, entry) in entries.enumerated() {
            for other in entries[..<index] where other.hasKey(of: entry) { return true }
        }
        return false
    }

    private mutating func items(depth: Int) throws(NotPlain) -> [Tree] {
        var items: [Tree] = []
        try expect(UInt8(ascii: "["))
        skipBlanks()
        if peek == UInt8(ascii: "]") {
            index += 1
            return items
        }
        while true {
            skipBlanks()
            items.append(try value(depth: depth + 1))
            skipBlanks()
            if peek == UInt8(ascii: "]") { break }
            try expect(UInt8(ascii: ","))
        }
        index += 1
        return items
    }

    private mutating func word(
        _ word: StaticString, _ value: Tree.Value
    ) throws(NotPlain) -> Tree.Value {
        for byte in word.description.utf8 { try expect(byte) }
        return value
    }

    /// Digits only become an integer; what has more to it stays text, as it is written.
    private mutating func number() throws(NotPlain) -> Tree.Value {
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
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let integer = Int64(text) { return .integer(integer) }
        return .number(text)
    }

    /// How many there were, at least one.
    private mutating func digits() throws(NotPlain) -> Int {
        let start = index
        while (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(peek) { index += 1 }
        guard index > start else { throw NotPlain() }
        return index - start
    }

    // MARK: Strings

    private mutating func string() throws(NotPlain) -> String {
        try expect(UInt8(ascii: "\""))
        let start = index
        let text = bytes
        var end = start
        while end < text.count, text[end] >= 0x20, text[end] != UInt8(ascii: "\""),
            text[end] != UInt8(ascii: "\\")
        {
            end += 1
        }
        index = end
        if peek == UInt8(ascii: "\\") { return try escapedString(from: start) }
        try expect(UInt8(ascii: "\""))
        return String(decoding: text[start..<end], as: UTF8.self)
    }

    /// The rest of a string that has an escape at `index`.
    private mutating func escapedString(from start: Int) throws(NotPlain) -> String {
        var output = Array(bytes[start..<index])
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: output, as: UTF8.self) }
            guard byte >= 0x20 else { throw NotPlain() }
            if byte != UInt8(ascii: "\\") {
                output.append(byte)
                continue
            }
            let letter = peek
            index += 1
            switch letter {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(letter)
            case UInt8(ascii: "b"): output.append(8)
            case UInt8(ascii: "f"): output.append(12)
            case UInt8(ascii: "n"): output.append(10)
            case UInt8(ascii: "r"): output.append(13)
            case UInt8(ascii: "t"): output.append(9)
            case UInt8(ascii: "u"): output += String(try scalar()).utf8
            default: throw NotPlain()
            }
        }
        throw NotPlain()
    }

    /// What follows `\u`, with a second half where the first is one; a lone half is U+FFFD.
    private mutating func scalar() throws(NotPlain) -> Unicode.Scalar {
        let high = try unit()
        guard (0xD800...0xDFFF).contains(high) else { return Unicode.Scalar(high) ?? "\u{FFFD}" }
        let mark = index
        guard high < 0xDC00, peek == UInt8(ascii: "\\") else { return "\u{FFFD}" }
        index += 1
        guard peek == UInt8(ascii: "u") else {
            index = mark
            return "\u{FFFD}"
        }
        index += 1
        let low = try unit()
        guard (0xDC00...0xDFFF).contains(low) else {
            index = mark
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func unit() throws(NotPlain) -> UInt32 {
        guard bytes.count - index >= 4 else { throw NotPlain() }
        var value: UInt32 = 0
        for byte in bytes[index..<(index + 4)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw NotPlain()
            }
            value = value << 4 | UInt32(digit)
        }
        index += 4
        return value
    }
}
