import ControlPlane
import Foundation
import TLS
import Testing

@Suite struct CheckTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        try folder.write("revisions.yaml", Sample.revision(1) + "---\n" + Sample.revision(2))
    }

    @Test func `what is right is nothing wrong`() async throws {
        try folder.write("hello.yaml", Sample.service([90, 10]))
        let report = try await Checker.check([folder.path])
        #expect(report.isGood)
        #expect(report.text.hasSuffix("1 route: nothing wrong\n"), "\(report.text)")
    }

    @Test func `a wrong percent is an error at its line`() async throws {
        try folder.write("hello.yaml", Sample.service([90, 20]))
        let report = try await Checker.check([folder.path])
        #expect(!report.isGood)
        let first = try #require(report.findings.first)
        #expect(first.grade == .error)
        #expect(first.file == folder.path("hello.yaml") && (first.line ?? 0) > 1)
        #expect(report.text.contains("hello.yaml:"))
    }

    @Test func `a Route that is asked over TLS needs somebody who vouches`() async throws {
        try folder.write("hello.yaml", Sample.service([90, 10]))
        try folder.write("network.yaml", Sample.internalTLS)
        let blind = try await Checker.check([folder.path])
        #expect(blind.findings.map(\.grade) == [.error], "\(blind.text)")
        #expect(blind.text.contains("no CA is loaded that vouches for it"))
        let made = try #require(SelfSigned(names: ["kn-routing"], from: 0, until: 1 << 33))
        try folder.write("trust.yaml", Sample.trust(made.chain))
        let report = try await Checker.check([folder.path])
        #expect(report.isGood, "\(report.text)")
    }

    @Test func `settings are known by their keys, and hold for the manifests`() async throws {
        try folder.write("hello.yaml", Sample.service([90, 10]))
        try folder.write("weir.yaml", "workers: many\ndomian: example.org\n")
        let report = try await Checker.check([folder.path])
        let settings = report.findings.filter { $0.file.hasSuffix("weir.yaml") }
        #expect(settings.map(\.line) == [1, 2])
        #expect(settings.map(\.field) == ["workers", "domian"])
        #expect(report.findings.count == 2, "no file is read as both")
    }

    /// Whether a file is one of settings is found by the reader of manifests, which has limits.
    @Test func `hostile text is refused, not taken for settings`() async throws {
        var text = "workers: &a0 [x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let uses = [String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(uses)]\n"
        }
        try folder.write("bomb.yaml", text + "? *a30\n: x\n")
        let tags = (0..<1_000).map { "%TAG !\($0)! x\n" }.joined()
        try folder.write("tags.yaml", tags + "---\nworkers: 1\n")
        let report = try await Checker.check([folder.path])
        #expect(
            report.findings.filter { $0.grade == .error }.map(\.wrong) == [
                "aliases expand to too much", "has more than 32 %TAG directives",
            ], "\(report.text)")
    }

    @Test func `the samples of the repository are right`() async throws {
        let report = try await Checker.check([
            RepositoryFile.path("conf/weir.yaml"), RepositoryFile.path("conf/demo"),
        ])
        #expect(report.isGood, "\(report.text)")
    }

    @Test func `a path that is not there could not be checked`() async {
        await #expect(throws: GatewayFault.self) {
            try await Checker.check([folder.path("nothing")])
        }
    }

    @Test func `a file of settings alone says its manifests`() async throws {
        try folder.write("hello.yaml", Sample.service([90, 20]))
        let own = try ScratchFolder()
        try own.write("weir.yaml", "manifests: [\(folder.path)]\n")
        let report = try await Checker.check([own.path("weir.yaml")])
        #expect(report.text.contains("hello.yaml:"), "\(report.text)")
        #expect(report.objects > 0)
    }

    @Test func `the environment is looked at without a file of settings`() async throws {
        let report = try await Checker.check(
            [folder.path], environment: ["WEIR_WORKERS": "many"])
        #expect(report.findings.map(\.file) == ["WEIR_WORKERS"])
    }

    @Test func `settings are found in inner folders`() async throws {
        try folder.makeFolder("inner")
        try folder.write("inner/weir.yaml", "workers: many\n")
        let report = try await Checker.check([folder.path])
        #expect(report.findings.map(\.field) == ["workers"], "\(report.text)")
    }

    @Test func `files that settings name are opened`() async throws {
        try folder.write("weir.yaml", "ticket-keys: [\(folder.path("no.key"))]\n")
        let report = try await Checker.check([folder.path])
        #expect(report.findings.map(\.grade) == [.error])
        #expect(report.text.contains("no.key: there is no such file, a file of"))
    }

    @Test func `a folder that is left out is an error`() async throws {
        var path = "a"
        for _ in 0..<40 { path += "/a" }
        try folder.makeFolder(path)
        let report = try await Checker.check([folder.path])
        #expect(report.findings.contains { $0.grade == .error && $0.wrong.hasPrefix("left out") })
    }
}
