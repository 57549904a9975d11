internal import Bytes

/// What a pattern's text says by itself, without knowing all of the language.
enum PatternText {
    /// A byte that every match must have and no path has; nil where none is found.
    ///
    /// Looks at single bytes outside of groups and brackets that nothing makes optional, and at
    /// none where options, quotes or alternatives could give them another meaning.
    static func foreignByte(in text: [UInt8]) -> UInt8? {
        var found: UInt8?
        var depth = 0
        var index = 0
        while index < text.count {
            var byte = text[index]
            index += 1
            let isEscaped = byte == UInt8(ascii: "\\") && index < text.count
            if isEscaped {
                byte = text[index]
                index += 1
                if byte == UInt8(ascii: "Q") { return nil }
            } else {
                switch byte {
                case UInt8(ascii: "["):
                    index = endOfBrackets(text, from: index)
                    continue
                case UInt8(ascii: "("):
                    // Options and verbs; lookarounds and plain groups change nothing outside.
                    if isOption(text, at: index) { return nil }
                    depth += 1
                    continue
                case UInt8(ascii: ")"):
                    depth -= 1
                    continue
                case UInt8(ascii: "|") where depth == 0: return nil
                case UInt8(ascii: "?"): continue
                default: break
                }
            }
            let isForeign =
                byte == UInt8(ascii: "?") || !isEscaped && !ASCII.isTarget(byte) && byte < 0x80
                || byte == UInt8(ascii: "#") || byte == UInt8(ascii: " ")
            if depth == 0, isForeign, !isOptional(text, at: index) { found = found ?? byte }
        }
        return found
    }

    /// Whether what stands before `index` may also be absent.
    private static func isOptional(_ text: [UInt8], at index: Int) -> Bool {
        guard index < text.count else { return false }
        return [UInt8(ascii: "?"), UInt8(ascii: "*"), UInt8(ascii: "{")].contains(text[index])
    }

    private static func isOption(_ text: [UInt8], at index: Int) -> Bool {
        guard index + 1 < text.count else { return false }
        if text[index] == UInt8(ascii: "*") { return true }
        let next = ASCII.lowered(text[index + 1]) &- UInt8(ascii: "a")
        return text[index] == UInt8(ascii: "?") && (next < 26 || text[index + 1] == 0x5e)
    }

    /// Behind a class; a bracket that comes first in it is a member.
    private static func endOfBrackets(_ text: [UInt8], from start: Int) -> Int {
        var index = start
        if index < text.count, text[index] == UInt8(ascii: "^") { index += 1 }
        if index < text.count, text[index] == UInt8(ascii: "]") { index += 1 }
        while index < text.count, text[index] != UInt8(ascii: "]") {
            index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return index + 1
    }
}
