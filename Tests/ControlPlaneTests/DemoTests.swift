import ControlPlane
import Foundation
import Manifests
import Synchronization
import Testing

@Suite struct DemoTests {
    @Test func `every file of conf/demo loads without a fault or a notice`() throws {
        let names = try FileManager.default.contentsOfDirectory(
            atPath: RepositoryFile.path("conf/demo"))
        #expect(!names.isEmpty)
        var store = ManifestStore(options: ManifestOptions())
        for name in names {
            let path = RepositoryFile.path("conf/demo/\(name)")
            store.load(file: name, text: try SmallFile.text(path, sizeMax: 1 << 20))
        }
        let compilation = store.compile()
        #expect(compilation.faults.map(\.description) == [])
        #expect(compilation.notices.map(\.description) == [])
        #expect(compilation.routes.map(\.name).sorted() == ["hello", "sticky"])
        #expect(Set(compilation.destinations.map(\.key.service)) == Set(DemoManifests.revisions))
        #expect(compilation.destinations.allSatisfy { $0.addresses.count == 1 })
    }

    @Test func `the program's own copy is the file`() throws {
        let path = RepositoryFile.path("conf/demo/hello.yaml")
        #expect(try SmallFile.text(path, sizeMax: 1 << 20) == DemoManifests.sample)
    }

    @Test func `the demo runs, shows its table and ends by its time`() async throws {
        let said = Mutex("")
        let demo = Demo(time: .seconds(1), isTerminal: false, usesUsualPorts: false) { text in
            said.withLock { $0 += text }
        }
        try await demo.run()
        let text = said.withLock { $0 }
        #expect(text.contains("curl -H 'Host: hello.default.example.com' http://127.0.0.1:"))
        #expect(text.contains("REVISION"))
        for revision in DemoManifests.revisions { #expect(text.contains(revision)) }
    }
}
