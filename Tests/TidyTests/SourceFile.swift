/// A Swift file cut into what the compiler reads, what people read, and string literals.
struct SourceFile: Sendable {
    /// From the package's root, such as `Sources/Bytes/Slab.swift`.
    let path: String
    let lines: [String]
    /// The lines without comments, and with string literals emptied.
    let code: [String]
    /// The comments, line by line.
    let comments: [String]
    /// The contents of string literals, line by line; a literal of several lines begins anew in
    /// each.
    let strings: [[String]]

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

/// Cuts a text byte by byte; interpolations count as part of their literal.
private struct Cutter {
    private enum Mode {
        case code
        case line
        case block(depth: Int)
        /// Ends at `quotes` quotation marks and `pounds` number signs.
        case literal(quotes: Int, pounds: Int)
    }

    private(set) var code: [String] = []
    private(set) var comments: [String] = []
    private(set) var strings: [[String]] = []
    private var mode = Mode.code
    /// The parts of the line that is being cut.
    private var codeBytes: [UInt8] = []
    private var commentBytes: [UInt8] = []
    private var literals: [[UInt8]] = []

    mutating func cut(_ text: String) {
        let bytes = Array(text.utf8)
        var here = 0
        while here < bytes.count {
            if bytes[here] == UInt8(ascii: "\n") {
                endLine()
                here += 1
            } else {
                here += step(bytes, here)
            }
        }
        endLine()
    }

    private mutating func endLine() {
        code.append(String(decoding: codeBytes, as: UTF8.self))
        comments.append(String(decoding: commentBytes, as: UTF8.self))
        strings.append(literals.map { String(decoding: $0, as: UTF8.self) })
        codeBytes.removeAll(keepingCapacity: true)
        commentBytes.removeAll(keepingCapacity: true)
        literals.removeAll()
        switch mode {
        case .line, .literal(quotes: 1, _): mode = .code
        case .literal: literals.append([])
        case .code, .block: break
        }
    }

    /// Takes what stands at `here`, and says how many bytes that was.
    private mutating func step(_ bytes: [UInt8], _ here: Int) -> Int {
        switch mode {
        case .code: return codeStep(bytes, here)
        case .line:
            commentBytes.append(bytes[here])
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
            commentBytes.append(bytes[here])
            return 1
        case .literal(let quotes, let pounds): return literalStep(bytes, here, quotes, pounds)
        }
    }

    private mutating func codeStep(_ bytes: [UInt8], _ here: Int) -> Int {
        switch bytes[here] {
        case UInt8(ascii: "/"):
            if starts(bytes, here, "//") {
                mode = .line
                return 2
            }
            if starts(bytes, here, "/*") {
                mode = .block(depth: 1)
                return 2
            }
        case UInt8(ascii: "\""), UInt8(ascii: "#"):
            var pounds = 0
            while starts(bytes, here + pounds, "#") { pounds += 1 }
            if starts(bytes, here + pounds, "\"") {
                let quotes = starts(bytes, here + pounds, "\"\"\"") ? 3 : 1
                mode = .literal(quotes: quotes, pounds: pounds)
                codeBytes.append(UInt8(ascii: "\""))
                literals.append([])
                return pounds + quotes
            }
        default: break
        }
        codeBytes.append(bytes[here])
        return 1
    }

    private mutating func literalStep(
        _ bytes: [UInt8], _ here: Int, _ quotes: Int, _ pounds: Int
    ) -> Int {
        switch bytes[here] {
        case UInt8(ascii: "\""):
            let end = String(repeating: "\"", count: quotes) + String(repeating: "#", count: pounds)
            if starts(bytes, here, end) {
                mode = .code
                codeBytes.append(UInt8(ascii: "\""))
                return end.utf8.count
            }
        case UInt8(ascii: "\\"):
            if starts(bytes, here, "\\" + String(repeating: "#", count: pounds)) {
                let next = here + 1 + pounds
                if starts(bytes, next, "(") { return interpolation(bytes, next) - here }
                return min(2 + pounds, bytes.count - here)
            }
        default: break
        }
        literals[literals.count - 1].append(bytes[here])
        return 1
    }

    /// Where the interpolation that opens at `open` is over.
    private func interpolation(_ bytes: [UInt8], _ open: Int) -> Int {
        var depth = 0
        var here = open
        while here < bytes.count, bytes[here] != UInt8(ascii: "\n") {
            if bytes[here] == UInt8(ascii: "(") { depth += 1 }
            if bytes[here] == UInt8(ascii: ")") { depth -= 1 }
            here += 1
            if depth == 0 { break }
        }
        return here
    }

    private func starts(_ bytes: [UInt8], _ here: Int, _ text: String) -> Bool {
        var here = here
        for byte in text.utf8 {
            guard here < bytes.count, bytes[here] == byte else { return false }
            here += 1
        }
        return true
    }
}
