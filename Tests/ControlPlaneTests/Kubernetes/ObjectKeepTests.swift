import Foundation
import Logging
import Testing

@testable import ControlPlane

/// Secrets among the objects that are kept.
@Suite struct ObjectKeepTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test func `Secrets that were kept are gone when the settings no longer allow it`()
        async throws
    {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        _ = try ObjectKeep(folder.path, keepsSecrets: true, logger: logger)
        try folder.write("objects/cluster+secrets+shop+tls.json", "{}")
        try folder.write("objects/cluster+services+shop+web.json", "{}")
        let before = try await ObjectKeep(folder.path, keepsSecrets: true, logger: logger)
            .objects()
        #expect(Set(before.keys) == ["cluster/secrets/shop/tls", "cluster/services/shop/web"])
        let after = try await ObjectKeep(folder.path, keepsSecrets: false, logger: logger)
            .objects()
        #expect(Set(after.keys) == ["cluster/services/shop/web"])
        let file = folder.path("objects/cluster+secrets+shop+tls.json")
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    private func keep(_ body: (ObjectKeep) async throws -> Void) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let keep = try ObjectKeep(folder.path, keepsSecrets: false, logger: logger)
        let running = Task { await keep.run(retryAfter: .milliseconds(10)) }
        try await body(keep)
        running.cancel()
        await running.value
    }

    private func file(_ name: String, _ text: String?) -> ManifestChanges {
        var changes = ManifestChanges()
        if let text { changes.loaded[name] = text } else { changes.vanished.insert(name) }
        return changes
    }

    @Test func `names longer than a file's are kept and taken away like all others`() async throws {
        let object = String(repeating: "a", count: 253)
        let name = "cluster/endpointslices/" + String(repeating: "n", count: 63) + "/" + object
        let text = #"{"metadata": {"name": "\#(object)"}}"#
        try await keep { keep in
            keep.take(file(name, text))
            #expect(await eventually { await keep.objects() == [name: text] })
            keep.take(file(name, nil))
            #expect(await eventually { await keep.objects().isEmpty })
        }
    }

    @Test func `what could not be written is written later`() async throws {
        let name = "cluster/services/shop/web"
        try await keep { keep in
            // A folder stands where the file is to be.
            let place = "objects/cluster+services+shop+web.json"
            try folder.makeFolder(place)
            try folder.write(place + "/in-the-way", "x")
            keep.take(file(name, "{}"))
            keep.take(file("cluster/services/shop/other", "{}"))
            #expect(
                await eventually {
                    await keep.objects().keys.contains("cluster/services/shop/other")
                })
            try folder.remove(place)
            #expect(await eventually { await keep.objects()[name] == "{}" })
        }
    }
}
