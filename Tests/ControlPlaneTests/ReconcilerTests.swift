import ControlPlane
import Foundation
import Manifests
import Reactor
import Synchronization
import TLS
import Testing

@Suite struct ReconcilerTests {
    private let folder: ScratchFolder
    private let board = StatusBoard()
    private let log = LogLines()
    /// The versions that were published; workers serve each at once.
    private let published = Published()

    private final class Published: Sendable {
        let versions = Mutex<[UInt64]>([])
        let trust = Mutex<TrustBundle?>(nil)
    }

    init() throws {
        folder = try ScratchFolder()
        try folder.write("revisions.yaml", Sample.revision(1) + "---\n" + Sample.revision(2))
        try folder.write("hello.yaml", Sample.service([90, 10]))
    }

    /// Runs `body` beside a reconciler that has loaded the folder.
    private func running(
        state: StateFolder? = nil,
        ask: @escaping @Sendable (String, NameFamily) -> NameAnswer = { _, _ in .failed },
        _ body: (ManifestWatch) async throws -> Void
    ) async throws {
        let published = published
        let publisher = TablePublisher(
            publish: { snapshot, set, _ in
                published.trust.withLock { $0 = set.trust }
                published.versions.withLock { $0.append(snapshot.version) }
            },
            servedVersion: { published.versions.withLock { $0.last ?? 0 } })
        let watch = try ManifestWatch([folder.path])
        let reconciler = Reconciler(
            watch: watch, options: ManifestOptions(), publisher: publisher, board: board,
            logger: log.logger, state: state, ask: ask)
        await reconciler.load()
        let task = Task { try await reconciler.run() }
        try await body(watch)
        watch.stop()
        try await task.value
    }

    /// The default split's shares in percent, by revision.
    private var split: [String: UInt32] {
        let shares = board.report.catalog.splits.first { $0.tag.isEmpty }?.shares ?? []
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
            try Data("a: é\r\nb:\n# ".utf8 + [0xC3, 0x0A]).write(to: url)
            #expect(await eventually { board.report.faults.first?.line == 3 })
            #expect(split == ["hello-1": 90, "hello-2": 10])
        }
    }

    @Test func `a file with other bytes is read again, also where the text is equal`() throws {
        var files = ManifestFiles(ManifestOptions())
        var changes = ManifestChanges()
        changes.written = [folder.path("i.yaml")]
        for value in ["caf\u{e9}", "cafe\u{301}"] {
            try folder.write(
                "i.yaml",
                """
                apiVersion: networking.internal.knative.dev/v1alpha1
                kind: Ingress
                metadata: {name: i}
                spec: {rules: [{http: {paths: [{headers: {X: {exact: \(value)}}, splits: [
                  {serviceNamespace: default, serviceName: s, servicePort: 80}]}]}}]}
                """)
            files.take(changes)
            let route = files.store.compile().routes.first
            let condition = route?.rules.first?.paths.first?.conditions.first
            #expect(condition.map { Array($0.value.utf8) } == Array(value.utf8))
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

    @Test func `a name's addresses are asked for, and follow its answers`() async throws {
        try folder.write("legacy.yaml", Sample.external("legacy.example.org"))
        let answer = Mutex([UInt8]([192, 0, 2, 1]))
        try await running(
            ask: { name, family in
                guard name == "legacy.example.org", family == .four else { return .absent }
                return .found([answer.withLock { $0 }], seconds: 1)
            }
        ) { _ in
            func addresses() -> [[UInt8]] {
                board.report.destinations.first { $0.key.service == "legacy" }?
                    .addresses.map(\.ip) ?? []
            }
            #expect(await eventually { addresses() == [[192, 0, 2, 1]] })
            answer.withLock { $0 = [192, 0, 2, 2] }
            #expect(await eventually { addresses() == [[192, 0, 2, 2]] })
        }
    }

    @Test func `a name without an answer is said once`() async throws {
        try folder.write("legacy.yaml", Sample.external("legacy.example.org"))
        try await running { _ in
            let line = "warning: legacy.example.org: the name servers do not answer"
            #expect(await eventually { log.lines.contains(line) })
            try folder.write("hello.yaml", Sample.service([50, 50]))
            #expect(await eventually { split == ["hello-1": 50, "hello-2": 50] })
            #expect(log.lines.count { $0 == line } == 1)
        }
    }

    @Test func `a new certificate is published, though no route changed`() async throws {
        func secret(until: Int64) throws -> String {
            let made = try #require(SelfSigned(names: ["a.test"], from: 0, until: until))
            return Sample.secret(chain: made.chain, key: made.key)
        }
        try folder.write("secret.yaml", secret(until: 2_000_000_000))
        try await running { _ in
            #expect(published.versions.withLock { $0 } == [1])
            func ends() -> [Int64] {
                board.report.compilation?.certificates.map(\.certificate.notAfter) ?? []
            }
            #expect(ends() == [2_000_000_000])
            try folder.write("secret.yaml", secret(until: 2_100_000_000))
            #expect(await eventually { ends() == [2_100_000_000] })
            #expect(await eventually { published.versions.withLock { $0 } == [1, 2] })
            // What cannot be read leaves the old one.
            try folder.write("secret.yaml", Sample.secret(chain: [0x78], key: [0x79]))
            #expect(await eventually { !board.report.faults.isEmpty })
            #expect(ends() == [2_100_000_000])
            #expect(log.lines.allSatisfy { !$0.contains("PRIVATE") })
        }
    }

    @Test func `who vouches for upstreams is published with the table`() async throws {
        func bundle(until: Int64) throws -> [UInt8] {
            try #require(SelfSigned(names: ["kn-routing"], from: 0, until: until)).chain
        }
        let (first, second) = try (bundle(until: 2_000_000_000), bundle(until: 2_100_000_000))
        func trust() -> TrustBundle? { published.trust.withLock { $0 } }
        try folder.write("network.yaml", Sample.internalTLS)
        try await running { _ in
            #expect(trust() == nil)
            #expect(board.report.faults.map(\.kind) == ["Service"])
            #expect(board.report.wrongObjects["Service"] == 1)
            #expect(log.lines.count { $0.contains("no CA is loaded") } == 1)
            try folder.write("trust.yaml", Sample.trust(first))
            #expect(await eventually { trust()?.count == 1 })
            #expect(await eventually { board.report.faults.isEmpty })
            let number = try #require(trust()).number
            #expect(board.report.destinations.allSatisfy { $0.tls?.trust == number })
            try folder.write("trust.yaml", Sample.trust(first + second))
            #expect(await eventually { trust()?.count == 2 })
            // What cannot be read leaves the old one.
            try folder.write("trust.yaml", Sample.trust([0x78]))
            #expect(await eventually { !board.report.faults.isEmpty })
            #expect(trust()?.count == 2)
            #expect(published.versions.withLock { $0 } == [1, 2, 3])
        }
    }

    @Test func `a rollout goes by its time, and its state is kept`() async throws {
        let state = try StateFolder(folder.path("state"))
        try folder.write("hello.yaml", Sample.rolling(seconds: 2))
        try folder.write("revisions.yaml", Sample.revision(1))
        try await running(state: state) { _ in
            #expect(split == ["hello-1": 100])
            try folder.write("revisions.yaml", Sample.revision(1) + "---\n" + Sample.revision(2))
            #expect(await eventually { split == ["hello-1": 99, "hello-2": 1] })
            #expect(try await eventually { try state.rollouts()["default/hello"] != nil })
            #expect(await eventually { split == ["hello-2": 100] })
            #expect(published.versions.withLock { $0.count } == 3)
        }
    }

    @Test func `the first names have their addresses when the start ends`() async throws {
        try folder.write("legacy.yaml", Sample.external("legacy.example.org"))
        try await running(
            ask: { _, family in
                family == .four ? .found([[192, 0, 2, 1]], seconds: 60) : .absent
            }
        ) { _ in
            let found = board.report.destinations.first { $0.key.service == "legacy" }
            #expect(found?.addresses.map(\.ip) == [[192, 0, 2, 1]])
        }
    }

    @Test func `a state that cannot be kept is said once`() async throws {
        let state = try StateFolder(folder.path("state"))
        // A folder stands where the file should be.
        try folder.makeFolder("state/rollouts.json/x")
        try folder.write("hello.yaml", Sample.rolling(seconds: 60))
        try folder.write("revisions.yaml", Sample.revision(1))
        try await running(state: state) { _ in
            func said() -> Int { log.lines.count { $0.contains("rollouts are not kept") } }
            try folder.write("revisions.yaml", Sample.revision(1) + "---\n" + Sample.revision(2))
            #expect(await eventually { said() == 1 })
            for number in 1...3 {
                let other = Sample.service([100]).replacing("hello", with: "other-\(number)")
                try folder.write("other-\(number).yaml", other)
                #expect(await eventually { board.report.routes.count == 1 + number })
            }
            #expect(said() == 1)
        }
    }
}
