internal import CLinux

/// A file, or another open descriptor, that lines are appended to.
///
/// Written to by one thread, which waits for it: never a worker's.
package struct LogFile: ~Copyable {
    /// Why a file cannot be opened or written.
    package struct Refusal: Error, Hashable, CustomStringConvertible {
        package let errno: CInt
        /// How many bytes were written all the same.
        package var written = 0

        package var description: String {
            // SAFETY: the library's text, copied at once.
            unsafe String(cString: strerror(errno))
        }
    }

    private let descriptor: CInt
    private let isOwned: Bool

    /// Standard output, which stays open.
    package static var standardOutput: LogFile {
        LogFile(descriptor: 1, isOwned: false)
    }

    private init(descriptor: CInt, isOwned: Bool) {
        self.descriptor = descriptor
        self.isOwned = isOwned
        // A reader that is gone is told by the write's error.
        weir_ignore_broken_pipes()
    }

    /// Opens a file to append to it, made with mode 0640 where it is not there.
    ///
    /// A device, or a pipe that somebody reads, will do too.
    package init(path: String) throws(Refusal) {
        // SAFETY: the kernel reads the path during the call.
        let descriptor = unsafe path.withCString { unsafe weir_open_log($0) }
        guard descriptor >= 0 else { throw Refusal(errno: weir_errno()) }
        self.init(descriptor: descriptor, isOwned: true)
    }

    deinit { if isOwned { _ = close(descriptor) } }

    /// Writes all bytes, waiting as long as that takes.
    package borrowing func write(_ bytes: Span<UInt8>) throws(Refusal) {
        var next = 0
        while next < bytes.count {
            let rest = bytes.extracting(next..<bytes.count)
            // SAFETY: the kernel reads the span's bytes during the call.
            let count = unsafe rest.withUnsafeBytes {
                unsafe CLinux.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                next += count
                continue
            }
            switch weir_errno() {
            case EINTR: continue
            case EAGAIN: weir_wait_writable(descriptor, 1000)
            default: throw Refusal(errno: weir_errno(), written: next)
            }
        }
    }
}
