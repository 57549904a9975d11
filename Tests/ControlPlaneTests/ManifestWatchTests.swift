import Foundation
import Testing

@testable import ControlPlane

@Suite struct ManifestWatchTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// A watch of the whole folder (or some of it) that has told what there is.
    private func watch(_ names: [String] = []) async throws -> (ManifestWatch, ManifestChanges) {
        let roots = names.isEmpty ? [folder.path] : names.map(folder.path(_:))
        let watch = try ManifestWatch(roots)
        for await _ in watch.signals { break }
        return (watch, watch.takeChanges())
    }

    /// Gathers changes until they are these, names relative to the folder.
    private func told(
        _ watch: ManifestWatch, written: Set<String> = [], vanished: Set<String> = []
    ) async -> Bool {
        var seen = ManifestChanges()
        let isTold = await eventually {
            seen.merge(watch.takeChanges())
            return seen.written == Set(written.map(folder.path(_:)))
                && seen.vanished == Set(vanished.map(folder.path(_:)))
        }
        if !isTold { Issue.record("told: \(seen)") }
        return isTold
    }

    @Test func `the first changes are everything there is, hidden and foreign files left out`()
        async throws
    {
        try folder.makeFolder("sub/deep")
        for name in ["a.yaml", "b.yml", "c.json", "d.txt", ".e.yaml", "sub/deep/f.yaml"] {
            try folder.write(name, "x")
        }
        let (watch, first) = try await watch()
        defer { watch.stop() }
        let names = ["a.yaml", "b.yml", "c.json", "sub/deep/f.yaml"]
        #expect(first.written == Set(names.map(folder.path(_:))))
        #expect(first.problems.isEmpty)
    }

    @Test func `a file that is written in place is told when it is closed`() async throws {
        try folder.write("a.yaml", "1")
        let (watch, _) = try await watch()
        defer { watch.stop() }
        let file = try #require(FileHandle(forWritingAtPath: folder.path("a.yaml")))
        try file.truncate(atOffset: 0)
        try file.write(contentsOf: Data("half".utf8))
        // Another file's change is told, the unfinished one is not.
        try folder.write("b.yaml", "1")
        #expect(await told(watch, written: ["b.yaml"]))
        try file.close()
        #expect(await told(watch, written: ["a.yaml"]))
    }

    @Test func `each change is told`() async throws {
        try folder.write("a.yaml", "1")
        let (watch, _) = try await watch()
        defer { watch.stop() }
        // How long that takes is what `make bench` measures (perf/bench --only live).
        for round in 0..<5 {
            try folder.write("a.yaml", "\(round)")
            for await _ in watch.signals { break }
            #expect(watch.takeChanges().written == [folder.path("a.yaml")])
        }
    }

    @Test func `a removed file is told`() async throws {
        try folder.write("a.yaml", "1")
        let (watch, _) = try await watch()
        defer { watch.stop() }
        try folder.remove("a.yaml")
        #expect(await told(watch, vanished: ["a.yaml"]))
    }

    @Test func `an editor that moves the old file away and writes a new one removes nothing`()
        async throws
    {
        try folder.write("a.yaml", "1")
        let (watch, _) = try await watch()
        defer { watch.stop() }
        try folder.move("a.yaml", to: "a.yaml~")
        try folder.write("a.yaml", "2")
        try folder.remove("a.yaml~")
        #expect(await told(watch, written: ["a.yaml"]))
        try folder.write("b.yaml", "1")
        #expect(await told(watch, written: ["b.yaml"]))
    }

    @Test func `an editor that moves a new file into place is told`() async throws {
        try folder.write("a.yaml", "1")
        let (watch, _) = try await watch()
        defer { watch.stop() }
        try folder.write(".a.yaml.tmp", "2")
        try folder.move(".a.yaml.tmp", to: "a.yaml")
        #expect(await told(watch, written: ["a.yaml"]))
    }

    @Test func `a renamed file is gone under its old name and there under its new one`()
        async throws
    {
        try folder.write("a.yaml", "1")
        let (watch, _) = try await watch()
        defer { watch.stop() }
        try folder.move("a.yaml", to: "b.yaml")
        #expect(await told(watch, written: ["b.yaml"], vanished: ["a.yaml"]))
    }

    @Test func `new folders are watched, removed ones take their files along`() async throws {
        let (watch, _) = try await watch()
        defer { watch.stop() }
        try folder.makeFolder("sub/deep")
        try folder.write("sub/deep/a.yaml", "1")
        #expect(await told(watch, written: ["sub/deep/a.yaml"]))
        try folder.write("sub/deep/a.yaml", "2")
        #expect(await told(watch, written: ["sub/deep/a.yaml"]))
        try folder.remove("sub")
        #expect(await told(watch, vanished: ["sub/deep/a.yaml"]))
    }

    @Test func `a folder that is moved in or out brings or takes its files`() async throws {
        let outside = try ScratchFolder()
        try outside.makeFolder("sub")
        try outside.write("sub/a.yaml", "1")
        let (watch, _) = try await watch()
        defer { watch.stop() }
        try #require(rename(outside.path("sub"), folder.path("sub")) == 0)
        #expect(await told(watch, written: ["sub/a.yaml"]))
        try #require(rename(folder.path("sub"), outside.path("sub")) == 0)
        #expect(await told(watch, vanished: ["sub/a.yaml"]))
        try outside.write("sub/a.yaml", "2")
        try folder.write("b.yaml", "1")
        #expect(await told(watch, written: ["b.yaml"]))
    }

    /// Swaps the content of a volume as Kubernetes' kubelet does.
    private func project(_ version: String, _ names: [String], isFirst: Bool) throws {
        try folder.makeFolder("..\(version)")
        for name in names { try folder.write("..\(version)/\(name)", version) }
        try folder.link("..data_tmp", to: "..\(version)")
        try folder.move("..data_tmp", to: "..data")
        if isFirst { for name in names { try folder.link(name, to: "..data/\(name)") } }
    }

    @Test func `Kubernetes' swap of a mounted folder is told once for each file`() async throws {
        try project("v1", ["a.yaml", "b.yaml"], isFirst: true)
        let (watch, first) = try await watch()
        defer { watch.stop() }
        #expect(first.written.count == 2)
        try project("v2", ["a.yaml", "b.yaml"], isFirst: false)
        try folder.remove("..v1")
        #expect(await told(watch, written: ["a.yaml", "b.yaml"]))
        #expect(try SmallFile.text(folder.path("a.yaml"), sizeMax: 100) == "v2")
    }

    @Test func `Kubernetes' swap is told to a watch of one mounted file`() async throws {
        try project("v1", ["a.yaml", "b.yaml"], isFirst: true)
        let (watch, first) = try await watch(["a.yaml"])
        defer { watch.stop() }
        #expect(first.written == [folder.path("a.yaml")])
        try project("v2", ["a.yaml", "b.yaml"], isFirst: false)
        #expect(await told(watch, written: ["a.yaml"]))
    }

    @Test func `one file is watched without its neighbours`() async throws {
        try folder.write("a.yaml", "1")
        try folder.write("b.yaml", "1")
        let (watch, first) = try await watch(["a.yaml"])
        defer { watch.stop() }
        #expect(first.written == [folder.path("a.yaml")])
        try folder.write("b.yaml", "2")
        try folder.write(".tmp", "2")
        try folder.move(".tmp", to: "a.yaml")
        #expect(await told(watch, written: ["a.yaml"]))
        try folder.remove("a.yaml")
        #expect(await told(watch, vanished: ["a.yaml"]))
        try folder.write("a.yaml", "3")
        #expect(await told(watch, written: ["a.yaml"]))
    }

    @Test func `a root that is a link to a folder may be swapped`() async throws {
        for version in ["one", "two"] {
            try folder.makeFolder(version)
            try folder.write("\(version)/a.yaml", version)
        }
        try folder.write("two/b.yaml", "two")
        try folder.link("current", to: "one")
        let (watch, _) = try await watch(["current"])
        defer { watch.stop() }
        try folder.link("next", to: "two")
        try folder.move("next", to: "current")
        #expect(await told(watch, written: ["current/a.yaml", "current/b.yaml"]))
        try folder.write("two/b.yaml", "again")
        #expect(await told(watch, written: ["current/b.yaml"]))
    }

    @Test func `a flood of events misses nothing`() async throws {
        let (watch, _) = try await watch()
        defer { watch.stop() }
        var names: Set<String> = []
        for number in 0..<500 {
            try folder.write("\(number).yaml", "1")
            names.insert("\(number).yaml")
        }
        #expect(await told(watch, written: names))
    }

    @Test func `a reload tells everything again`() async throws {
        try folder.write("a.yaml", "1")
        let (watch, _) = try await watch()
        defer { watch.stop() }
        watch.reload()
        for await _ in watch.signals { break }
        let changes = watch.takeChanges()
        #expect(changes.isReload)
        #expect(changes.written == [folder.path("a.yaml")])
    }

    @Test func `links that lead in a circle end`() async throws {
        try folder.makeFolder("sub")
        try folder.write("sub/a.yaml", "1")
        try folder.link("sub/again", to: "..")
        let (watch, first) = try await watch()
        defer { watch.stop() }
        #expect(first.written.contains(folder.path("sub/a.yaml")))
    }

    @Test func `a path that is not there is refused`() throws {
        #expect(throws: ManifestWatch.Refusal.absent(folder.path("nothing"))) {
            try ManifestWatch([folder.path("nothing")])
        }
    }

    @Test(.enabled(if: geteuid() != 0, "nothing is forbidden to root"))
    func `a path that may not be read is refused, one below a root is said`() async throws {
        try folder.makeFolder("sub/deep")
        try folder.permit("sub/deep", 0)
        defer { try? folder.permit("sub/deep", 0o700) }
        let refusal = #expect(throws: ManifestWatch.Refusal.self) {
            try ManifestWatch([folder.path("sub/deep")])
        }
        #expect(refusal?.description.contains("may not be read by this user") == true)
        let (watch, first) = try await watch()
        defer { watch.stop() }
        #expect(first.problems.count == 1)
        #expect(first.problems.first?.hasPrefix(folder.path("sub/deep") + ": left out") == true)
    }

    @Test func `a file that is named is a manifest, whatever its ending`() async throws {
        try folder.write("routes.conf", "1")
        let (watch, first) = try await watch(["routes.conf"])
        defer { watch.stop() }
        #expect(first.written == [folder.path("routes.conf")])
        try folder.write("routes.conf", "2")
        #expect(await told(watch, written: ["routes.conf"]))
        try folder.remove("routes.conf")
        #expect(await told(watch, vanished: ["routes.conf"]))
    }

    @Test func `a reload leaves a file alone until it rests`() throws {
        try folder.write("a.yaml", "whole")
        try folder.write("b.yaml", "whole")
        let paths = [folder.path("a.yaml"), folder.path("b.yaml")]
        var tree = try ManifestTree(roots: [folder.path])
        var now = ContinuousClock().now
        tree.scan(now: now)
        #expect(tree.takeChanges().written == Set(paths))
        let file = try #require(FileHandle(forWritingAtPath: paths[0]))
        try file.truncate(atOffset: 0)
        tree.rescan(now: now)
        tree.settle(now: now)
        #expect(tree.takeChanges().written == [paths[1]])
        // It is not at rest yet.
        try file.write(contentsOf: Data("ha".utf8))
        now += ManifestTree.repose
        tree.settle(now: now)
        #expect(tree.takeChanges().isEmpty)
        try file.write(contentsOf: Data("lf".utf8))
        now += ManifestTree.repose
        tree.settle(now: now)
        #expect(tree.takeChanges().isEmpty)
        now += ManifestTree.repose
        tree.settle(now: now)
        #expect(tree.takeChanges().written == [paths[0]])
        try file.close()
    }

    @Test func `a file whose permissions change is told`() async throws {
        try folder.write("a.yaml", "1")
        let (watch, _) = try await watch()
        defer { watch.stop() }
        try folder.permit("a.yaml", 0o640)
        #expect(await told(watch, written: ["a.yaml"]))
    }
}
