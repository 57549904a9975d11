import Foundation
import Reactor
import Testing

@Suite final class FileFactsTests {
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "weir-facts-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func write(_ name: String, _ text: String) throws -> String {
        let path = folder + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func link(_ name: String, to target: String) throws -> String {
        let path = folder + "/" + name
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
        return path
    }

    @Test func `each kind is told, links followed`() throws {
        let file = try write("a", "1")
        #expect(FileFacts(file)?.kind == .regular)
        #expect(FileFacts(folder)?.kind == .folder)
        #expect(mkfifo(folder + "/pipe", 0o600) == 0)
        #expect(FileFacts(folder + "/pipe")?.kind == .other)
        #expect(try FileFacts(link("to-a", to: file)) == FileFacts(file))
        #expect(try FileFacts(link("to-folder", to: folder))?.kind == .folder)
    }

    @Test func `what is not there has none, a link that leads nowhere is no file`() throws {
        #expect(FileFacts(folder + "/none") == nil)
        #expect(try FileFacts(link("astray", to: "none"))?.kind == .other)
        #expect(try FileFacts(link("around", to: "around"))?.kind == .other)
    }

    @Test func `another file, another length and another time are seen`() throws {
        let file = try write("a", "1")
        let facts = FileFacts(file)
        #expect(FileFacts(file) == facts)
        _ = try write("a", "12")
        let longer = FileFacts(file)
        #expect(longer != facts)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: file)
        #expect(FileFacts(file) != longer)
        let twin = try write("b", "12")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: twin)
        #expect(FileFacts(twin) != FileFacts(file))
    }
}
