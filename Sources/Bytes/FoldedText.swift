/// ASCII text whose letters' case does not count: host names and field names.
///
/// Eight bytes at a time; bytes above 127 are compared as they are.
package enum FoldedText {
    /// Equal for texts that are equal without case; not for the outside (no secret in it).
    package static func hash(_ text: Span<UInt8>) -> UInt64 {
        let count = text.count
        var state = UInt64(truncatingIfNeeded: count) ^ 0x2545_f491_4f6c_dd1d
        // SAFETY: `word` reads within `count` bytes.
        unsafe text.withUnsafeBytes { bytes in
            var offset = 0
            while offset < count {
                state = unsafe mix(state ^ word(bytes, offset))
                offset += 8
            }
        }
        return state ^ state >> 32
    }

    /// Whether two texts are the same but for the case of ASCII letters.
    package static func areEqual(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
        let count = one.count
        guard other.count == count else { return false }
        // SAFETY: `word` reads within `count` bytes of each.
        return unsafe one.withUnsafeBytes { one in
            unsafe other.withUnsafeBytes { other in
                var offset = 0
                while offset < count {
                    if unsafe word(one, offset) != word(other, offset) { return false }
                    offset += 8
                }
                return true
            }
        }
    }

    /// Up to eight bytes from `offset` on, letters in lower case, missing ones 0.
    @inline(always)
    private static func word(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        let left = bytes.count - offset
        // SAFETY: each branch reads no further than `left` bytes.
        if left >= 8 {
            return fold(unsafe bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        var value: UInt64 = 0
        var shift: UInt64 = 0
        for index in offset..<offset + left {
            value |= UInt64(unsafe bytes[index]) << shift
            shift += 8
        }
        return fold(value)
    }

    /// Sets bit 5 of each of the eight bytes that is `A` to `Z`.
    @inline(always)
    private static func fold(_ word: UInt64) -> UInt64 {
        let low7 = word & 0x7f7f_7f7f_7f7f_7f7f
        let fromA = low7 &+ 0x3f3f_3f3f_3f3f_3f3f
        let pastZ = low7 &+ 0x2525_2525_2525_2525
        let isLetter = (fromA ^ pastZ) & ~word & 0x8080_8080_8080_8080
        return word | isLetter >> 2
    }

    @inline(always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let (high, low) = value.multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        return high ^ low
    }
}
