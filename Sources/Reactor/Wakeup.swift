internal import CLinux

/// An eventfd that ends another thread's wait.
///
/// Any thread may signal; one thread waits.
package final class Wakeup: Sendable {
    package let descriptor: CInt

    package init() {
        descriptor = weir_eventfd(0, CInt(EFD_NONBLOCK | EFD_CLOEXEC))
        precondition(descriptor >= 0, "no eventfd")
    }

    deinit { _ = weir_close(descriptor) }

    /// Ends the wait, or the next one.
    package func signal() {
        var one: UInt64 = 1
        // SAFETY: the kernel reads eight bytes during the call. A full counter also wakes.
        _ = unsafe weir_write(descriptor, &one, 8)
    }

    /// Takes the signals that came, so that the next wait waits.
    package func clear() {
        var count: UInt64 = 0
        // SAFETY: the kernel writes eight bytes during the call.
        _ = unsafe weir_read(descriptor, &count, 8)
    }
}
