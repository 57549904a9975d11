import Testing

/// The fence around memory: who may say `unsafe`, and that it is argued.
struct UnsafeTests {
    private static let fence = [
        "Sources/Bytes/", "Sources/Reactor/", "Sources/TLS/", "Sources/HTTP/HTTP2/",
        "Sources/Routing/Regex/", "Sources/Manifests/YAML/",
    ]
    /// An argument covers what follows it for so many lines.
    private static let reach = 45

    private static func isUnsafe(_ word: Substring) -> Bool {
        word == "unsafe" || word == "safe" || word == "Unmanaged" || word.hasPrefix("withUnsafe")
            || word.hasPrefix("Unsafe") || word == "unsafeBitCast" || word.hasPrefix("_unsafe")
    }

    @Test func `nothing is unsafe outside the fence`() {
        var faults: [String] = []
        for file in Repository.sources
        where !Self.fence.contains(where: { file.path.hasPrefix($0) }) {
            for (index, line) in file.code.enumerated()
            where SourceFile.words(line).contains(where: Self.isUnsafe) {
                faults.append("\(file.path):\(index + 1): \(line)")
            }
        }
        #expect(faults == [])
    }

    @Test func `every unsafe step has its argument`() {
        var faults: [String] = []
        for file in Repository.sources {
            var argued = -Self.reach
            for (index, line) in file.code.enumerated() {
                // An argument may be the first line of what a step encloses.
                let near = file.comments[index...].prefix(2)
                if near.contains(where: { $0.contains("SAFETY:") }) { argued = index }
                if SourceFile.words(line).contains("unsafe"), index - argued >= Self.reach {
                    faults.append("\(file.path):\(index + 1): no SAFETY: above: \(line)")
                }
            }
        }
        #expect(faults == [])
    }

    @Test func `every Swift target is built strictly`() throws {
        let manifest = try #require(Repository.text("Package.swift"))
        #expect(manifest.contains(".strictMemorySafety()"))
        #expect(manifest.contains(".treatAllWarnings(as: .error)"))
        #expect(!manifest.contains("-Ounchecked"))
        #expect(!manifest.contains("enforce-exclusivity"))
        let targets = Set(Repository.sources.map(\.target))
        // The data plane's settings are these and what its release build adds.
        #expect(manifest.contains("let dataPlane: [SwiftSetting] =\n    strict\n    + "))
        let strict = ["swiftSettings: strict", "swiftSettings: dataPlane"].map {
            manifest.split(separator: $0).count - 1
        }
        #expect(strict.reduce(0, +) >= targets.count, "a target lacks the strict settings")
    }
}
