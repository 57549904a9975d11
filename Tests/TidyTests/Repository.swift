import Foundation

/// The files of the package, found from where this file was compiled.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All Swift files below `Sources`.
    static let sources = swiftFiles("Sources")
    /// All Swift files below `Tests`.
    static let tests = swiftFiles("Tests")

    /// A file's text; nil where there is none, or it is not text.
    static func text(_ path: String) -> String? {
        try? String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// Paths of all files below a folder, from the root, sorted.
    static func files(_ folder: String) -> [String] {
        let base = root.appending(path: folder)
        let found = FileManager.default.enumerator(atPath: base.path(percentEncoded: false))
        var paths: [String] = []
        while let name = found?.nextObject() as? String {
            var isFolder: ObjCBool = false
            let path = base.appending(path: name).path(percentEncoded: false)
            if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder),
                !isFolder.boolValue
            {
                paths.append(folder + "/" + name)
            }
        }
        return paths.sorted()
    }

    /// What git keeps; nil where this is no clone or git is not there.
    static func tracked() throws -> [String]? {
        let git = Process()
        git.executableURL = URL(filePath: "/usr/bin/env")
        git.arguments = ["git", "-C", root.path(percentEncoded: false), "ls-files", "-z"]
        let output = Pipe()
        git.standardOutput = output
        git.standardError = FileHandle.nullDevice
        try git.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        git.waitUntilExit()
        guard git.terminationStatus == 0 else { return nil }
        return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func swiftFiles(_ folder: String) -> [SourceFile] {
        files(folder).filter { $0.hasSuffix(".swift") }.compactMap { path in
            text(path).map { SourceFile(path: path, text: $0) }
        }
    }
}
