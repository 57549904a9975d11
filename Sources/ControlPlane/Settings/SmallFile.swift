internal import Foundation
internal import Reactor

/// Reads whole files with a limit on their size.
package enum SmallFile {
    /// Why a file could not be read.
    package enum Refusal: Error, Hashable {
        case absent
        case noFile
        case unreadable
        case tooLarge
        /// From that line on, which counts from 1.
        case notUTF8(line: Int)

        /// Where in the file it is wrong.
        package var line: Int { if case .notUTF8(let line) = self { line } else { 1 } }

        /// What is wrong, for people.
        package var text: String {
            switch self {
            case .absent: "there is no such file"
            case .noFile: "this is no ordinary file"
            case .unreadable: "the file cannot be read"
            case .tooLarge: "the file is too large"
            case .notUTF8: "the file is not text in UTF-8"
            }
        }
    }

    /// A small file's text, for files of the kernel.
    ///
    /// Up to 64 KiB; nil where it cannot be had.
    package static func text(_ path: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: path),
            let data = try? handle.read(upToCount: 1 << 16)
        else { return nil }
        return String(data: data, encoding: .utf8)
    }

    /// A file's text, symbolic links followed.
    package static func text(_ path: String, sizeMax: Int) throws(Refusal) -> String {
        let bytes = try bytes(path, sizeMax: sizeMax)
        do {
            return String(copying: try UTF8Span(validating: bytes.span))
        } catch {
            let good = bytes[..<error.byteOffsets.lowerBound]
            throw .notUTF8(line: good.count { $0 == UInt8(ascii: "\n") } + 1)
        }
    }

    /// A file's bytes, symbolic links followed, `~` at its beginning too.
    package static func bytes(_ path: String, sizeMax: Int) throws(Refusal) -> [UInt8] {
        // Shells leave it alone behind `--config=`.
        let path = path.hasPrefix("~") ? NSString(string: path).expandingTildeInPath : path
        guard let facts = FileFacts(path) else { throw .absent }
        // Opening a named pipe would wait for its writer.
        guard facts.kind == .regular else { throw .noFile }
        guard let handle = FileHandle(forReadingAtPath: path) else { throw .unreadable }
        let data: Data
        do { data = try handle.read(upToCount: sizeMax + 1) ?? Data() } catch { throw .unreadable }
        guard data.count <= sizeMax else { throw .tooLarge }
        return [UInt8](data)
    }
}
