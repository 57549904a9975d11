import Testing

/// What crosses from one target to another.
struct WallTests {
    private static let hot: Set = [
        "Bytes", "Reactor", "TLS", "HTTP", "Routing", "Telemetry", "DataPlane",
    ]

    /// What a line declares to other targets, without its modifiers; nil for other lines.
    private static func declared(_ line: String) -> (kind: Substring, name: Substring)? {
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "func", "subscript", "typealias", "var", "let",
            "init", "extension", "import",
        ]
        let words = SourceFile.words(line)
        guard let access = words.firstIndex(where: { $0 == "package" || $0 == "public" }),
            access < 3, let kind = words[access...].firstIndex(where: { kinds.contains($0) })
        else { return nil }
        return (words[kind], kind + 1 < words.count ? words[kind + 1] : "")
    }

    @Test func `no protocol crosses a wall of the data plane`() {
        var faults: [String] = []
        for file in Repository.sources where Self.hot.contains(file.target) {
            for (index, line) in file.code.enumerated() {
                guard let (kind, _) = Self.declared(line) else { continue }
                if kind == "protocol" || SourceFile.words(line).contains("any") {
                    faults.append("\(file.path):\(index + 1): \(line)")
                }
            }
        }
        #expect(faults == [])
    }

    /// A call that only borrows a large noncopyable struct copies all of it first (6.3.1, measured:
    /// 1.6 KB for a worker, about thirty times an exchange of HTTP/2).
    @Test func `what a worker's functions are called on is never copied`() {
        var faults: [String] = []
        for file in Repository.sources where file.path.contains("/Worker") {
            var isWorker = false
            for (index, line) in file.code.enumerated() {
                if line.hasPrefix("extension ") || line.hasPrefix("struct ") {
                    isWorker = ["extension Worker {", "struct Worker: ~Copyable {"].contains(line)
                }
                let words = SourceFile.words(line)
                guard isWorker, line.hasPrefix("    "), !line.hasPrefix("     "),
                    words.contains("func"), !words.contains("static"), !words.contains("mutating")
                else { continue }
                faults.append("\(file.path):\(index + 1): \(line)")
            }
        }
        #expect(faults == [])
    }

    /// The compiler (6.3.1) neither inlines nor specialises a package declaration in another
    /// module, whatever its attributes say: a generic one would be called unspecialised.
    @Test func `what must be inlined across a wall is public`() {
        var faults: [String] = []
        for file in Repository.sources {
            for (index, line) in file.code.enumerated() where line.contains("@inlinable") {
                let next = file.code[index...].prefix(3).joined(separator: " ")
                if SourceFile.words(next).prefix(6).contains("package") {
                    faults.append("\(file.path):\(index + 1): \(next)")
                }
            }
        }
        #expect(faults == [])
    }

    @Test func `nothing generic crosses a wall of the data plane unspecialised`() {
        var faults: [String] = []
        for file in Repository.sources where Self.hot.contains(file.target) {
            for (index, line) in file.code.enumerated() {
                guard let (kind, name) = Self.declared(line), kind == "func",
                    line.contains("package ")
                else { continue }
                // What explains to people is written once and far from the hot path, and so is what
                // hands out the work of a whole change.
                if file.path.hasPrefix("Sources/Bytes/JSON/") { continue }
                if file.path == "Sources/Routing/Build/Crew.swift" { continue }
                if line.contains("func \(name)<") || SourceFile.words(line).contains("some") {
                    faults.append("\(file.path):\(index + 1): \(line)")
                }
            }
        }
        #expect(faults == [])
    }

    /// An overload shares the explanation of its name; a body of one line explains itself.
    @Test func `types and functions that others see are explained`() {
        let types: Set<Substring> = ["struct", "class", "enum", "protocol", "typealias"]
        var faults: [String] = []
        for file in Repository.sources {
            var explained: Set<Substring> = []
            for (index, line) in file.code.enumerated() {
                guard let (kind, name) = Self.declared(line),
                    types.contains(kind) || kind == "func", !line.contains("func ==")
                else { continue }
                var above = index - 1
                while above >= 0, Self.isAttribute(file.code[above]) { above -= 1 }
                if above >= 0, file.comments[above].hasPrefix("/") {
                    explained.insert(name)
                } else if types.contains(kind)
                    || !(explained.contains(name) || line.hasSuffix("}") || name == "hash")
                {
                    faults.append("\(file.path):\(index + 1): \(line)")
                }
            }
        }
        #expect(faults == [])
    }

    private static func isAttribute(_ line: String) -> Bool {
        line.drop { $0 == " " }.hasPrefix("@")
    }
}
