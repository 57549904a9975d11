internal import CLinux

/// Which file stands at a path, and what tells one content of it from another.
package struct FileFacts: Hashable, Sendable {
    /// What it is, as far as manifests and settings ask.
    package enum Kind: Hashable, Sendable {
        case regular
        case folder
        /// A pipe, a device, a socket, a link that leads nowhere.
        case other
    }

    package let kind: Kind
    private let device: UInt64
    private let inode: UInt64
    private let size: Int64
    /// Nanoseconds since 1970.
    private let modified: Int64

    /// Asks the system, symbolic links followed; nil where nothing is, or may not be looked at.
    ///
    /// A link that leads nowhere is itself, and no file.
    package init?(_ path: String) {
        var facts = stat()
        // SAFETY: the kernel reads the path and fills the facts during the call.
        let isThere = unsafe path.withCString {
            unsafe stat($0, &facts) == 0 || lstat($0, &facts) == 0
        }
        guard isThere else { return nil }
        kind =
            switch Int32(facts.st_mode) & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .folder
            default: .other
            }
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
        size = Int64(facts.st_size)
        modified = Int64(facts.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(facts.st_mtim.tv_nsec)
    }
}
