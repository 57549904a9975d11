internal import CLinux

/// Random numbers of the kernel; for seeds, not for the hot path.
package enum SystemEntropy {
    /// Eight random bytes as a number.
    package static func next() -> UInt64 {
        var value: UInt64 = 0
        // SAFETY: the kernel writes eight bytes into `value` during the call; requests of up to
        // 256 bytes are never cut short.
        let count = unsafe weir_getrandom(&value, 8, 0)
        precondition(count == 8, "getrandom failed")
        return value
    }
}
