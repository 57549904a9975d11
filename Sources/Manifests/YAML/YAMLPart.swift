internal import Bytes

/// A part of a YAML text that can be read by itself: mostly one document.
struct YAMLPart {
    /// Bytes of the text.
    let range: Range<Int>
    /// Of the text; counts from 1.
    let line: Int

    /// LIMIT: directives `%TAG` in a part: each is compared with all others, and each tag with all.
    private static let tagsMax = 32

    /// Parts a text at lines that begin with `---`, unless directives stand before it, and behind
    /// those that begin with `...`: YAML lets no value go on over such a line.
    ///
    /// Not more than `most`.
    static func parts(of text: Span<UInt8>, most: Int) -> [YAMLPart] {
        var parts: [YAMLPart] = []
        var start = 0
        var startLine = 1
        var hasDirectives = false
        // A part of comments only is none.
        var isEmpty = true
        var index = 0
        var line = 1
        while index < text.count, parts.count < most {
            let end = min(ByteScan.first(UInt8(ascii: "\n"), in: text, from: index) + 1, text.count)
            switch mark(at: index, in: text) {
            case UInt8(ascii: "%"): (hasDirectives, isEmpty) = (true, false)
            case UInt8(ascii: "-") where hasDirectives: hasDirectives = false
            case UInt8(ascii: "-"):
                if !isEmpty { parts.append(YAMLPart(range: start..<index, line: startLine)) }
                (start, startLine, isEmpty) = (index, line, false)
            case UInt8(ascii: "."):
                if !isEmpty { parts.append(YAMLPart(range: start..<end, line: startLine)) }
                (start, startLine, isEmpty, hasDirectives) = (end, line + 1, true, false)
            default: isEmpty = isEmpty && isComment(text.extracting(index..<end))
            }
            index = end
            line += 1
        }
        if !isEmpty { parts.append(YAMLPart(range: start..<text.count, line: startLine)) }
        return parts
    }

    /// What begins a line that matters here: `-` of `---`, `.` of `...`, or `%`; 0 for all others.
    private static func mark(at index: Int, in text: Span<UInt8>) -> UInt8 {
        let first = text[index]
        guard first == UInt8(ascii: "-") || first == UInt8(ascii: ".") else {
            return first == UInt8(ascii: "%") ? first : 0
        }
        guard text.count - index >= 3, text[index + 1] == first, text[index + 2] == first,
            text.count - index == 3 || text[index + 3] <= UInt8(ascii: " ")
        else { return 0 }
        return first
    }

    /// Whether a line is blank or a comment.
    private static func isComment(_ line: Span<UInt8>) -> Bool {
        var index = 0
        while index < line.count, line[index] <= UInt8(ascii: " ") { index += 1 }
        return index == line.count || line[index] == UInt8(ascii: "#")
    }

    /// Throws where a part has more directives `%TAG` than are read.
    func checkTags(in text: Span<UInt8>) throws(Flaw) {
        let sign = UInt8(ascii: "%")
        var left = Self.tagsMax
        var index = ByteScan.first(sign, in: text, from: range.lowerBound)
        while index < range.upperBound {
            if Self.isTag(at: index, in: text) {
                left -= 1
                guard left >= 0 else {
                    throw Flaw(
                        line: line, field: "",
                        wrong: "has more than \(Self.tagsMax) %TAG directives",
                        right: "write none: Kubernetes' objects need no tags")
                }
            }
            index = ByteScan.first(sign, in: text, from: index + 1)
        }
    }

    /// Whether a directive begins there, behind anything that YAML takes for the end of a line.
    private static func isTag(at index: Int, in text: Span<UInt8>) -> Bool {
        guard text.count - index >= 4, text[index + 1] == UInt8(ascii: "T"),
            text[index + 2] == UInt8(ascii: "A"), text[index + 3] == UInt8(ascii: "G")
        else { return false }
        return index == 0 || !(0x20..<0x7f).contains(text[index - 1])
    }
}
