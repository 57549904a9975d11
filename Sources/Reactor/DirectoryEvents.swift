internal import CLinux

/// An inotify instance: tells what happens to the entries of folders.
///
/// Owned by one thread, which alone waits; another may end the wait by the `Wakeup`. Content that
/// is still being written is no event: a file counts when it is closed or moved into place.
package struct DirectoryEvents: ~Copyable {
    /// Names a watched folder (its inode, not its path); watching it again gives the same.
    package typealias Watch = Int32

    /// Why there is no instance, or a folder cannot be watched.
    package enum Refusal: Error, Hashable, CustomStringConvertible {
        /// No such folder, or no folder.
        case absent
        /// No permission to read it, or to go through a folder on the way.
        case forbidden
        /// The kernel's number of watches is used up (`fs.inotify.max_user_watches`).
        case tooManyWatches
        /// The kernel's number of instances is used up (`fs.inotify.max_user_instances`).
        case tooManyInstances
        /// Another `errno`.
        case other(Int32)

        /// What is wrong and what would be right, for people.
        package var description: String {
            switch self {
            case .absent: "no such folder, an existing one would be right"
            case .forbidden: "may not be read by this user, permission to read would be right"
            case .tooManyWatches:
                "no inotify watch is left, a higher fs.inotify.max_user_watches would be right"
            case .tooManyInstances:
                "no inotify instance is left, a higher fs.inotify.max_user_instances would be right"
            case .other(let errno):
                "cannot be watched (errno \(errno)), another place would be right"
            }
        }
    }

    /// What happened to an entry.
    package enum Kind: Hashable, Sendable {
        /// Closed after writing.
        case written
        /// Moved to this name, in place of what was there.
        case arrived
        /// Made; a file's content is still to come.
        case created
        /// Moved to elsewhere.
        case left
        case deleted
        /// Its permissions, owner or times were set.
        case attributed
        /// The folder itself is gone, and so is its watch; the name is empty.
        case ended
        /// The kernel dropped events: anything may have happened anywhere.
        case overflowed
    }

    /// One thing that happened.
    package struct Event: Hashable, Sendable {
        package let watch: Watch
        package let kind: Kind
        /// The entry is itself a folder.
        package let isFolder: Bool
        /// The entry's name within the folder.
        package let name: String
    }

    /// LIMIT: bytes of events taken by one read; the kernel keeps the rest.
    private static let bytesMax = 16 * 1024
    /// The fixed part of `struct inotify_event`: watch, mask, cookie, length of the name.
    private static let headBytes = 16

    private let descriptor: CInt
    private let poller: Poller
    private let wakeup: Wakeup

    /// An instance without folders, whose wait ends when `wakeup` is signalled.
    package init(wakeup: Wakeup) throws(Refusal) {
        let descriptor = inotify_init1(CInt(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else {
            let errno = weir_errno()
            throw errno == EMFILE ? .tooManyInstances : .other(errno)
        }
        self.descriptor = descriptor
        self.wakeup = wakeup
        poller = Poller()
        let isWatched =
            poller.addReadable(descriptor, token: 0)
            && poller.addReadable(wakeup.descriptor, token: 1)
        precondition(isWatched, "a new epoll instance refuses its first descriptors")
    }

    deinit { _ = close(descriptor) }

    /// Watches the entries of a folder; symbolic links on the way are followed.
    package borrowing func watch(_ path: String) throws(Refusal) -> Watch {
        let wanted =
            IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ATTRIB
            | IN_ONLYDIR
        // SAFETY: the kernel reads the path during the call.
        let watch = unsafe inotify_add_watch(descriptor, path, UInt32(wanted))
        guard watch < 0 else { return watch }
        switch weir_errno() {
        case EACCES: throw .forbidden
        case ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG: throw .absent
        case ENOSPC: throw .tooManyWatches
        case let other: throw .other(other)
        }
    }

    /// Forgets a folder; one that is gone already is no matter.
    package borrowing func forget(_ watch: Watch) {
        _ = inotify_rm_watch(descriptor, watch)
    }

    /// Waits for events or the wake-up, at most `milliseconds` (-1: for ever).
    package borrowing func wait(milliseconds: CInt) {
        let count = poller.wait(milliseconds: milliseconds)
        for index in 0..<count where poller.event(index).token == 1 { wakeup.clear() }
    }

    /// Takes the events that have come, oldest first; none when there are none.
    package borrowing func take() -> [Event] {
        var events: [Event] = []
        // SAFETY: the bytes live for this closure, which alone knows them.
        unsafe withUnsafeTemporaryAllocation(byteCount: Self.bytesMax, alignment: 8) { bytes in
            // SAFETY: the kernel writes at most the allocation's bytes.
            let count = unsafe read(descriptor, bytes.baseAddress, bytes.count)
            guard count > 0 else { return }
            // SAFETY: the kernel has written these bytes.
            let written = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<count])
            var offset = 0
            while offset + Self.headBytes <= count {
                // SAFETY: as above; an event's name lies within what was read.
                let length = unsafe Int(
                    written.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
                let end = min(offset + Self.headBytes + length, count)
                unsafe events += Self.event(UnsafeRawBufferPointer(rebasing: written[offset..<end]))
                offset = end
            }
        }
        return events
    }

    /// One event from its bytes; nothing for what nobody asked for.
    private static func event(_ bytes: UnsafeRawBufferPointer) -> [Event] {
        // SAFETY: `take` gives at least the fixed part.
        let watch = unsafe bytes.loadUnaligned(as: Int32.self)
        let mask = unsafe bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
        guard let kind = kind(mask) else { return [] }
        // SAFETY: the name is padded with zeros, up to the end of the event.
        let name = unsafe String(
            decoding: bytes.dropFirst(headBytes).prefix { $0 != 0 }, as: UTF8.self)
        let isFolder = mask & UInt32(IN_ISDIR) != 0
        return [Event(watch: watch, kind: kind, isFolder: isFolder, name: name)]
    }

    private static func kind(_ mask: UInt32) -> Kind? {
        let kinds: [(Int32, Kind)] = [
            (IN_CLOSE_WRITE, .written), (IN_MOVED_TO, .arrived), (IN_CREATE, .created),
            (IN_MOVED_FROM, .left), (IN_DELETE, .deleted), (IN_IGNORED, .ended),
            (IN_Q_OVERFLOW, .overflowed), (IN_ATTRIB, .attributed),
        ]
        return kinds.first { mask & UInt32(bitPattern: $0.0) != 0 }?.1
    }
}
