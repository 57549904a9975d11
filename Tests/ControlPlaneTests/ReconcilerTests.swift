import ControlPlane
import Foundation
import Manifests
import Synchronization
import Testing

@Suite struct ReconcilerTests {
    private let folder: ScratchFolder
    private let board = StatusBoard()
    private let log = LogLines()
    /// The versions that were published; workers serve each at once.
    private let published = Published()

    private final class Published: Sendable {
        let versions = Mutex<[UInt64]>([])
    }

    init() throws {
        folder = try ScratchFolder()
        try folder.write("revisions.yaml", Sample.revision(1) + "---\n" + Sample.revision(2))
        try folder.write("hello.yaml", Sample.service([90, 10]))
    }

    /// Runs `body` beside a reconciler that has loaded the folder.
    private func running(_ body: (ManifestWatch) async throws -> Void) async throws {
        let published = published
        let publisher = TablePublisher(
            publish: { snapshot, _ in published.versions.withLock { $0.append(snapshot.version) } },
            servedVersion: { published.versions.withLock { $0.last ?? 0 } })
        let watch = try ManifestWatch([folder.path])
        let reconciler = Reconciler(
            watch: watch, options: ManifestOptions(), publisher: publisher, board: board,
            logger: log.logger)
        await reconciler.load()
        let task = Task { try await reconciler.run() }
        try await body(watch)
        watch.stop()
        try await task.value
    }

    /// The default split's shares in percent, by revision.
    private var split: [String: UInt32] {
        let shares = board.report.splits.first { $0.tag.isEmpty }?.shares ?? []
        return Dictionary(shares.map { ($0.revision, $0.share / 10_000) }) { first, _ in first }
    }

    @Test func `what is in the folder is published once and reported`() async throws {
        try await running { _ in
            #expect(published.versions.withLock { $0 } == [1])
            #expect(board.report.version == 1)
            #expect(split == ["hello-1": 90, "hello-2": 10])
            #expect(board.report.faults.isEmpty)
            #expect(board.report.applySeconds > 0)
            #expect(board.report.routes.count == 1)
        }
    }

    @Test func `a changed split is published`() async throws {
        try await running { _ in
            try folder.write("hello.yaml", Sample.service([50, 50]))
            #expect(await eventually { split == ["hello-1": 50, "hello-2": 50] })
            #expect(await eventually { board.report.version == 2 })
        }
    }

    @Test func `a file that is written again with the same content changes nothing`() async throws {
        try await running { _ in
            try folder.write("hello.yaml", Sample.service([90, 10]))
            try folder.write("hello.yaml", Sample.service([90, 10]) + "# a remark\n")
            try folder.write("mark.yaml", Sample.service([100]).replacing("hello", with: "other"))
            #expect(await eventually { board.report.routes.count == 2 })
            #expect(published.versions.withLock { $0 } == [1, 2])
        }
    }

    @Test func `a file that does not parse keeps its last good objects and is said once`()
        async throws
    {
        try await running { _ in
            try folder.write("hello.yaml", "kind: [")
            #expect(await eventually { !board.report.faults.isEmpty })
            #expect(split == ["hello-1": 90, "hello-2": 10])
            #expect((board.report.wrongObjects["File"] ?? 0) == 1)
            try folder.write("other.yaml", Sample.service([100]).replacing("hello", with: "other"))
            #expect(await eventually { board.report.routes.count == 2 })
            let said = log.lines.filter { $0.contains("hello.yaml:") && $0.hasPrefix("error") }
            #expect(said.count == 1, "\(log.lines)")
            try folder.write("hello.yaml", Sample.service([80, 20]))
            #expect(await eventually { split == ["hello-1": 80, "hello-2": 20] })
            #expect(await eventually { board.report.faults.isEmpty })
        }
    }

    @Test func `a file that became empty keeps its last good objects, a deleted one does not`()
        async throws
    {
        try await running { _ in
            try folder.write("hello.yaml", "")
            #expect(await eventually { !board.report.faults.isEmpty })
            #expect(split == ["hello-1": 90, "hello-2": 10])
            try folder.remove("hello.yaml")
            #expect(await eventually { board.report.routes.isEmpty })
            #expect(await eventually { board.report.faults.isEmpty })
        }
    }

    @Test func `a file that is too large or no text is said, and keeps its last good objects`()
        async throws
    {
        try await running { _ in
            let url = URL(fileURLWithPath: folder.path("hello.yaml"))
            try Data(repeating: 0x20, count: ManifestFiles.fileSizeMax + 1).write(to: url)
            #expect(await eventually { board.report.faults.first?.wrong.contains("large") == true })
            try Data([0xFF, 0xFE, 0x00]).write(to: url)
            #expect(await eventually { board.report.faults.first?.wrong.contains("UTF-8") == true })
            #expect(split == ["hello-1": 90, "hello-2": 10])
        }
    }

    @Test func `a reload reads everything again and says so`() async throws {
        try await running { watch in
            watch.reload()
            #expect(await eventually { log.lines.contains { $0.contains("reloaded") } })
            #expect(published.versions.withLock { $0 } == [1])
        }
    }

    @Test func `many changes are all brought to their end`() async throws {
        try await running { _ in
            for percent in 0...100 {
                try folder.write("hello.yaml", Sample.service([percent, 100 - percent]))
            }
            #expect(await eventually { split["hello-1"] == 100 })
        }
    }
}
