import Foundation

/// A folder of its own under the system's temporary folder; `remove` deletes it.
package final class ScratchFolder: Sendable {
    package let path: String

    package init() throws {
        var template = Array((NSTemporaryDirectory() + "/weir-test.XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFault("mkdtemp: errno \(errno)") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    deinit { remove() }

    /// The path of a name inside.
    package func path(_ name: String) -> String { path + "/" + name }

    /// Makes a folder inside and gives its path.
    @discardableResult
    package func makeFolder(_ name: String) throws -> String {
        try FileManager.default.createDirectory(
            atPath: path(name), withIntermediateDirectories: true)
        return path(name)
    }

    package func read(_ name: String) -> String {
        (try? String(contentsOfFile: path(name), encoding: .utf8)) ?? ""
    }
}

/// A folder of manifests, changed the way editors, `mv` and Kubernetes change them.
package struct ManifestFolder: Sendable {
    package let path: String

    package init(path: String) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Replaces a file in one step: a hidden file beside it is written, then renamed.
    package func replace(_ name: String, with text: String) throws {
        let draft = path + "/.\(name).draft"
        try overwrite(draft, text)
        try move(draft, path + "/" + name)
    }

    /// Writes a file in place, as a plain `>` does: truncate, write, close.
    package func write(_ name: String, _ text: String) throws {
        try overwrite(path + "/" + name, text)
    }

    /// Begins to write a file in place; nobody should read it before the handle is closed.
    package func begin(_ name: String, _ text: String) throws -> FileHandle {
        guard let handle = FileHandle(forWritingAtPath: path + "/" + name) else {
            throw TestFault("open \(name)")
        }
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: Array(text.utf8))
        return handle
    }

    package func delete(_ name: String) throws {
        guard unlink(path + "/" + name) == 0 else { throw TestFault("unlink: errno \(errno)") }
    }

    /// Renames a file inside the folder.
    package func rename(_ name: String, to other: String) throws {
        try move(path + "/" + name, path + "/" + other)
    }

    /// Swaps the whole content as the kubelet does for a mounted ConfigMap: a new dated folder,
    /// `..data` pointed to it by a rename, one link per file name.
    package func project(_ files: [String: String]) throws {
        let dated = "..\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(
            atPath: path + "/" + dated, withIntermediateDirectories: false)
        for (name, text) in files { try overwrite(path + "/\(dated)/\(name)", text) }
        let old = try? FileManager.default.destinationOfSymbolicLink(atPath: path + "/..data")
        guard symlink(dated, path + "/..data_tmp") == 0 else {
            throw TestFault("symlink: errno \(errno)")
        }
        try move(path + "/..data_tmp", path + "/..data")
        for name in files.keys where access(path + "/" + name, F_OK) != 0 {
            guard symlink("..data/\(name)", path + "/" + name) == 0 else {
                throw TestFault("symlink: errno \(errno)")
            }
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: path)
        where !name.hasPrefix("..") && files[name] == nil {
            try delete(name)
        }
        if let old { try FileManager.default.removeItem(atPath: path + "/" + old) }
    }

    private func overwrite(_ file: String, _ text: String) throws {
        let fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard fd >= 0 else { throw TestFault("open \(file): errno \(errno)") }
        defer { close(fd) }
        let bytes = Array(text.utf8)
        guard Foundation.write(fd, bytes, bytes.count) == bytes.count else {
            throw TestFault("write \(file): errno \(errno)")
        }
    }

    private func move(_ from: String, _ to: String) throws {
        guard Foundation.rename(from, to) == 0 else { throw TestFault("rename: errno \(errno)") }
    }
}
