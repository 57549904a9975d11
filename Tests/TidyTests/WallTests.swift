import Testing

/// What crosses from one target to another.
struct WallTests {
    private static let hot: Set = [
        "Bytes", "Reactor", "TLS", "HTTP", "Routing", "Telemetry", "DataPlane",
    ]

    @Test func `no protocol crosses a wall of the data plane`() {
        var faults: [String] = []
        for file in Repository.sources where Self.hot.contains(file.target) {
            for (index, line) in file.code.enumerated() {
                let words = SourceFile.words(line)
                guard words.contains("package") || words.contains("public") else { continue }
                if words.contains("protocol") || words.contains("any") {
                    faults.append("\(file.path):\(index + 1): \(line)")
                }
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
                let words = SourceFile.words(line)
                guard words.contains("package"), let place = words.firstIndex(of: "func"),
                    place + 1 < words.count
                else { continue }
                let name = words[place + 1]
                if line.contains("func \(name)<") || words.contains("some") {
                    faults.append("\(file.path):\(index + 1): \(line)")
                }
            }
        }
        #expect(faults == [])
    }

    @Test func `types and functions that others see are explained`() {
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "func", "subscript", "typealias",
        ]
        var faults: [String] = []
        for file in Repository.sources {
            for (index, line) in file.code.enumerated() {
                let words = SourceFile.words(line)
                guard let first = words.first, ["package", "public"].contains(first),
                    words.prefix(4).contains(where: { kinds.contains($0) }),
                    !words.contains("hash"), !line.contains("func ==")
                else { continue }
                var above = index - 1
                while above >= 0, Self.isAttribute(file.code[above]) { above -= 1 }
                if above < 0 || !file.comments[above].hasPrefix("/") {
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
