internal import Bytes

/// The 128 random bits of a `weir-split` cookie.
package struct StickyKey: BitwiseCopyable, Hashable, Sendable {
    /// Digits of the cookie's value, all hexadecimal and in lower case.
    package static let digitCount = 32

    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The key that a cookie's value spells; nil when it is malformed.
    package init?(_ text: Span<UInt8>) {
        guard text.count == Self.digitCount else { return nil }
        var words: (high: UInt64, low: UInt64) = (0, 0)
        for index in 0..<Self.digitCount {
            let digit = ASCII.hexadecimal(text[index])
            guard digit < 16, ASCII.lowered(text[index]) == text[index] else { return nil }
            words.high = words.high << 4 | words.low >> 60
            words.low = words.low << 4 | UInt64(digit)
        }
        self.init(high: words.high, low: words.low)
    }

    /// One of the cookie's digits, the highest first.
    package func digit(_ index: Int) -> UInt8 {
        precondition(index >= 0 && index < Self.digitCount)
        let word = index < 16 ? high : low
        let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (index & 15))) & 0xf
        return value < 10 ? 0x30 + value : 0x57 + value
    }
}
