internal import CLinux

/// Monotonic and wall time, in nanoseconds.
package enum Clock {
    /// Nanoseconds since some fixed point; never goes back.
    package static func monotonic() -> UInt64 { read(CLOCK_MONOTONIC) }

    /// Nanoseconds since 1970-01-01 UTC.
    package static func wall() -> UInt64 { read(CLOCK_REALTIME) }

    private static func read(_ id: clockid_t) -> UInt64 {
        var time = timespec()
        // SAFETY: the kernel writes one timespec during the call.
        _ = unsafe weir_clock_gettime(id, &time)
        return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
    }
}
