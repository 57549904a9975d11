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
}
