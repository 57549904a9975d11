internal import Foundation

/// The process's resident memory, from a file that stays open: memory and descriptors may be short
/// at the same time.
struct ResidentMemory {
    private let file: FileHandle

    /// Nil where the kernel has no such file.
    init?() {
        guard let file = FileHandle(forReadingAtPath: "/proc/self/statm") else { return nil }
        self.file = file
    }

    /// Bytes in use; nil where the kernel does not say.
    func bytes() -> Int? {
        guard (try? file.seek(toOffset: 0)) != nil,
            let data = try? file.read(upToCount: 256)
        else { return nil }
        let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
