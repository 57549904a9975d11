/// A Swift file cut into what the compiler reads, what people read, and string literals.
struct SourceFile: Sendable {
    /// From the package's root, such as `Sources/Bytes/Slab.swift`.
    let path: String
    let lines: [String]
    /// The lines without comments, and with string literals emptied.
    let code: [String]
    /// The comments, line by line.
    let comments: [String]
    /// The contents of string literals, line by line.
    let strings: [String]

    /// `Bytes` for `Sources/Bytes/Slab.swift`.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 2 ? String(parts[1]) : ""
    }

    init(path: String, text: String) {
        self.path = path
        var cutter = Cutter()
        cutter.cut(text)
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        code = cutter.code
        comments = cutter.comments
        strings = cutter.strings
    }

    /// Identifiers and keywords of a line of code.
    static func words(_ line: String) -> [Substring] {
        line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
    }
}

/// Cuts a text character by character; interpolations count as part of their literal.
private struct Cutter {
    private enum Mode {
        case code
        case line
        case block(depth: Int)
        /// Ends at `quotes` quotation marks and `pounds` number signs.
        case literal(quotes: Int, pounds: Int)
    }

    var code = [""]
    var comments = [""]
    var strings = [""]
    private var mode = Mode.code

    mutating func cut(_ text: String) {
        let bytes = Array(text.utf8)
        var here = 0
        while here < bytes.count { here += step(bytes, here) }
    }

    /// Takes what stands at `here`, and says how many bytes that was.
    private mutating func step(_ bytes: [UInt8], _ here: Int) -> Int {
        let byte = bytes[here]
        if byte == UInt8(ascii: "\n") {
            code.append("")
            comments.append("")
            strings.append("")
            switch mode {
            case .line, .literal(quotes: 1, _): mode = .code
            case .code, .block, .literal: break
            }
            return 1
        }
        switch mode {
        case .code: return codeStep(bytes, here)
        case .line:
            comments[comments.count - 1].unicodeScalars.append(Unicode.Scalar(byte))
            return 1
        case .block(let depth):
            if starts(bytes, here, "*/") {
                mode = depth == 1 ? .code : .block(depth: depth - 1)
                return 2
            }
            if starts(bytes, here, "/*") {
                mode = .block(depth: depth + 1)
                return 2
            }
            comments[comments.count - 1].unicodeScalars.append(Unicode.Scalar(byte))
            return 1
        case .literal(let quotes, let pounds): return literalStep(bytes, here, quotes, pounds)
        }
    }

    private mutating func codeStep(_ bytes: [UInt8], _ here: Int) -> Int {
        if starts(bytes, here, "//") {
            mode = .line
            return 2
        }
        if starts(bytes, here, "/*") {
            mode = .block(depth: 1)
            return 2
        }
        var pounds = 0
        while here + pounds < bytes.count, bytes[here + pounds] == UInt8(ascii: "#") { pounds += 1 }
        if starts(bytes, here + pounds, "\"") {
            let quotes = starts(bytes, here + pounds, "\"\"\"") ? 3 : 1
            mode = .literal(quotes: quotes, pounds: pounds)
            code[code.count - 1] += "\""
            return pounds + quotes
        }
        code[code.count - 1].unicodeScalars.append(Unicode.Scalar(bytes[here]))
        return 1
    }

    private mutating func literalStep(
        _ bytes: [UInt8], _ here: Int, _ quotes: Int, _ pounds: Int
    ) -> Int {
        let end = String(repeating: "\"", count: quotes) + String(repeating: "#", count: pounds)
        if starts(bytes, here, end) {
            mode = .code
            code[code.count - 1] += "\""
            return end.utf8.count
        }
        if starts(bytes, here, "\\" + String(repeating: "#", count: pounds)) {
            let next = here + 1 + pounds
            if starts(bytes, next, "(") { return interpolation(bytes, next) - here }
            return min(2 + pounds, bytes.count - here)
        }
        strings[strings.count - 1].unicodeScalars.append(Unicode.Scalar(bytes[here]))
        return 1
    }

    /// Where the interpolation that opens at `open` is over.
    private func interpolation(_ bytes: [UInt8], _ open: Int) -> Int {
        var depth = 0
        var here = open
        while here < bytes.count {
            if bytes[here] == UInt8(ascii: "(") { depth += 1 }
            if bytes[here] == UInt8(ascii: ")") { depth -= 1 }
            here += 1
            if depth == 0 || bytes[here - 1] == UInt8(ascii: "\n") { break }
        }
        return here
    }

    private func starts(_ bytes: [UInt8], _ here: Int, _ text: String) -> Bool {
        bytes[min(here, bytes.count)...].starts(with: text.utf8)
    }
}
