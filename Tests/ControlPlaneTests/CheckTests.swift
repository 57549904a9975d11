import ControlPlane
import Foundation
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

    @Test func `settings are known by their keys, and hold for the manifests`() async throws {
        try folder.write("hello.yaml", Sample.service([90, 10]))
        try folder.write("weir.yaml", "workers: many\ndomian: example.org\n")
        let report = try await Checker.check([folder.path])
        let settings = report.findings.filter { $0.file.hasSuffix("weir.yaml") }
        #expect(settings.map(\.line) == [1, 2])
        #expect(settings.map(\.field) == ["workers", "domian"])
        #expect(report.findings.count == 2, "no file is read as both")
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
}
