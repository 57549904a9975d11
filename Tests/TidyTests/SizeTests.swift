import Testing

/// Files and functions that fit a head.
struct SizeTests {
    private static let fileLinesMax = 500
    private static let functionLinesMax = 70
    /// Functions that are longer, with their length: may only shrink, and go.
    private static let exceptions: [String: Int] = [:]

    @Test func `files are short`() {
        let faults = (Repository.sources + Repository.tests)
            .filter { $0.lines.count - 1 > Self.fileLinesMax }
            .map { "\($0.path): \($0.lines.count - 1) lines" }
        #expect(faults == [])
    }

    @Test func `functions fit a screen`() {
        var faults: [String] = []
        var unused = Set(Self.exceptions.keys)
        for file in Repository.sources + Repository.tests {
            for function in Self.functions(file) where function.length > Self.functionLinesMax {
                let name = "\(file.path) \(function.name)"
                unused.remove(name)
                if let known = Self.exceptions[name], function.length <= known { continue }
                faults.append("\(name): \(function.length) lines at \(function.line)")
            }
        }
        #expect(faults == [])
        #expect(unused == [], "no longer needed")
    }

    /// Functions, initializers and the like with their lengths, by counting braces.
    private static func functions(
        _ file: SourceFile
    ) -> [(name: String, line: Int, length: Int)] {
        let kinds: Set<Substring> = ["func", "init", "deinit", "subscript", "var"]
        var found: [(name: String, line: Int, length: Int)] = []
        /// Declarations whose body is open, with the depth outside of it.
        var open: [(name: String, line: Int, depth: Int)] = []
        var waiting: (name: String, line: Int)?
        var depth = 0
        for (index, line) in file.code.enumerated() {
            let words = SourceFile.words(line)
            if let place = words.firstIndex(where: { kinds.contains($0) }), place < 6 {
                let name = words[place...].prefix(2).joined(separator: " ")
                waiting = (name, index)
            }
            for character in line {
                if character == "{" {
                    if let declaration = waiting {
                        open.append((declaration.name, declaration.line, depth))
                        waiting = nil
                    }
                    depth += 1
                }
                if character == "}" {
                    depth -= 1
                    if let last = open.last, last.depth == depth {
                        found.append((last.name, last.line + 1, index - last.line + 1))
                        open.removeLast()
                    }
                }
            }
            if line.allSatisfy(\.isWhitespace) { waiting = nil }
        }
        return found
    }
}
