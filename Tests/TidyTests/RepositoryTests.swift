import Testing

/// What is, and what is not, in the repository.
struct RepositoryTests {
    @Test func `no keys, builds or results are committed`() throws {
        let paths = try Repository.tracked() ?? []
        let endings = [".pem", ".key", ".p12", ".pfx", ".o", ".so", ".a"]
        let folders = [".build/", "perf/results/", ".scratch/", "__pycache__/"]
        let faults = paths.filter { path in
            endings.contains { path.hasSuffix($0) } || folders.contains { path.contains($0) }
        }
        #expect(faults == [])
        let mark = "PRIVATE " + "KEY-----"
        for path in paths where Repository.text(path)?.contains(mark) == true {
            Issue.record("a private key stands in \(path)")
        }
    }

    @Test func `nothing tells where it was written`() throws {
        let marks = ["/wo" + "rk/", "/tmp/" + "contract"]
        for path in try Repository.tracked() ?? [] {
            guard let text = Repository.text(path) else { continue }
            for mark in marks where text.contains(mark) {
                Issue.record("\(path) says \(mark)")
            }
        }
    }

    @Test func `every file that people start from is loaded by a test`() {
        let literals: Set<String> = Set(Repository.tests.flatMap(\.strings).joined())
        for path in Repository.files("conf") {
            // A test may name the file, or a folder that it loads whole; from the root, or from
            // `conf` or below.
            let parts = path.split(separator: "/")
            let names = (2...max(parts.count, 2)).flatMap { end in
                (0..<end).map { parts[$0..<end].joined(separator: "/") }
            }
            let isNamed = names.contains { literals.contains($0) }
            #expect(isNamed, "no test names \(path)")
        }
    }

    /// Names that are in the code but not in the reference surprise people with dashboards.
    @Test func `every metric is in the README`() {
        guard let readme = Repository.text("README.md") else { return }
        var names: Set<String> = []
        for file in Repository.sources {
            for literal in file.strings.joined() {
                for word in SourceFile.words(literal)
                where word.hasPrefix("weir_") && word.count > 8 && !word.hasSuffix("_") {
                    names.insert(String(word))
                }
            }
        }
        #expect(names.filter { !readme.contains($0) }.sorted() == [])
    }

    @Test func `the top level is as it was designed`() throws {
        let expected: Set = [
            "Package.swift", "Package.resolved", "Sources", "Tests", "conf", "perf", "README.md",
            "Makefile", ".ci", ".gitignore", ".swift-format", "LICENSE",
        ]
        let found = Set(
            (try Repository.tracked() ?? []).compactMap { path in
                path.split(separator: "/").first.map(String.init)
            })
        #expect(found.subtracting(expected) == [])
    }
}
