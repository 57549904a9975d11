/// From how much resident memory on the gateway sheds load.
package enum MemoryLimit: Hashable, Sendable {
    case off
    case bytes(Int)
    /// Of the cgroup's limit, 1 to 100.
    case share(percent: Int)

    /// In bytes; nil where there is no limit.
    ///
    /// `read` gives a file's text, nil where there is none.
    package func bytes(read: (String) -> String? = SmallFile.text) -> Int? {
        switch self {
        case .off: nil
        case .bytes(let bytes): bytes
        case .share(let percent):
            ControlGroup.memoryLimit(read: read).map { $0 / 100 * percent }
        }
    }
}
