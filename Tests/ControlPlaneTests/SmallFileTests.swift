import ControlPlane
import Foundation
import Testing

struct SmallFileTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test func `a file is read whole, through links too`() throws {
        try folder.write("a.yaml", "a: 1\n")
        try folder.link("b.yaml", to: "a.yaml")
        #expect(try SmallFile.text(folder.path("a.yaml"), sizeMax: 5) == "a: 1\n")
        #expect(try SmallFile.text(folder.path("b.yaml"), sizeMax: 5) == "a: 1\n")
    }

    /// Shells leave it alone behind `--config=`.
    @Test func `a path may begin at home`() throws {
        try folder.write("a.yaml", "a: 1\n")
        let up = String(repeating: "/..", count: 32)
        #expect(try SmallFile.text("~\(up)\(folder.path("a.yaml"))", sizeMax: 5) == "a: 1\n")
    }

    @Test func `what cannot be read says why`() throws {
        #expect(throws: SmallFile.Refusal.absent) { try read("none") }
        try folder.link("astray", to: "none")
        try folder.makeFolder("folder")
        #expect(mkfifo(folder.path("pipe"), 0o600) == 0)
        for name in ["astray", "folder", "pipe"] {
            #expect(throws: SmallFile.Refusal.noFile, "\(name)") { try read(name) }
        }
        try folder.write("long", "123456")
        #expect(throws: SmallFile.Refusal.tooLarge) { try read("long") }
        try Data([0x61, 0x0a, 0xff]).write(to: URL(fileURLWithPath: folder.path("bytes")))
        #expect(throws: SmallFile.Refusal.notUTF8(line: 2)) { try read("bytes") }
    }

    private func read(_ name: String) throws -> String {
        try SmallFile.text(folder.path(name), sizeMax: 5)
    }
}
