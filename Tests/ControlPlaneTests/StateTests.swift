import ControlPlane
import Foundation
import Testing

@Suite struct StateTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func mode(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test func `rollouts are kept, for their owner only`() throws {
        let state = try StateFolder(folder.path("state"))
        #expect(try state.rollouts() == [:])
        try state.keep(rollouts: ["ns/app": "{}"])
        try state.keep(rollouts: ["ns/app": #"{"configurations":[]}"#, "ns/b": "{}"])
        #expect(
            try StateFolder(folder.path("state")).rollouts()
                == ["ns/app": #"{"configurations":[]}"#, "ns/b": "{}"])
        #expect(try mode("state") == 0o700)
        #expect(try mode("state/rollouts.json") == 0o600)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("state"))
        #expect(names == ["rollouts.json"])
    }

    @Test func `a state that cannot be read is said`() throws {
        let state = try StateFolder(folder.path)
        try folder.write("rollouts.json", "{")
        #expect(throws: GatewayFault.self) { try state.rollouts() }
    }

    @Test func `a folder that cannot be made refuses the start`() throws {
        try folder.write("file", "")
        #expect(throws: GatewayFault.self) { try StateFolder(folder.path("file/state")) }
    }

    @Test func `ticket keys come from files of 80 bytes`() throws {
        try folder.write("key", String(repeating: "k", count: 80))
        try folder.write("short", String(repeating: "k", count: 48))
        #expect(throws: Never.self) { try TicketKeyFiles([folder.path("key")]).open() }
        #expect(throws: Never.self) { try TicketKeyFiles([]).open() }
        for paths in [["short"], ["key", "none"], ["key", "key", "key", "key"]] {
            #expect(throws: GatewayFault.self) {
                try TicketKeyFiles(paths.map { folder.path($0) }).open()
            }
        }
        let keys = try TicketKeyFiles([folder.path("key")]).open()
        try folder.write("key", "gone")
        #expect(throws: GatewayFault.self) { try TicketKeyFiles([folder.path("key")]).reload(keys) }
    }
}
