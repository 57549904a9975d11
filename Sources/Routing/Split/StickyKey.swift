/// The 128 random bits of a `weir-split` cookie.
package struct StickyKey: BitwiseCopyable, Hashable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// One of the cookie's 32 lower-case hexadecimal digits, the highest first.
    package func digit(_ index: Int) -> UInt8 {
        precondition(index >= 0 && index < 32)
        let word = index < 16 ? high : low
        let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (index & 15))) & 0xf
        return value < 10 ? 0x30 + value : 0x57 + value
    }
}
