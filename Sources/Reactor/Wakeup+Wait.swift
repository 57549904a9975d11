internal import CLinux

extension Wakeup {
    /// Sleeps until a signal comes, for so many nanoseconds at most; does not take the signal.
    ///
    /// For threads that have no `Poller`. May end early.
    package func wait(upTo nanoseconds: UInt64) {
        let milliseconds = nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1)
        weir_wait_readable(descriptor, CInt(min(milliseconds, 3_600_000)))
    }
}
