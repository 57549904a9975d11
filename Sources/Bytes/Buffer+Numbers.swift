extension Buffer {
    /// Appends a number in decimal digits; up to 20 bytes of reserved room.
    package mutating func append(decimal value: UInt64) {
        if value < 1000, room >= 4 { return append(short: UInt32(truncatingIfNeeded: value)) }
        appendLong(value)
    }

    /// The same for what is mostly written: statuses, lengths, parts of addresses.
    private mutating func append(short value: UInt32) {
        let tens = value / 10
        let digits = value / 100 | (tens % 10) << 8 | (value % 10) << 16 | 0x30_3030
        let skipped = value < 10 ? 2 : value < 100 ? 1 : 0
        // SAFETY: the caller has seen room for four bytes; what is behind the digits is overwritten.
        unsafe base?.storeBytes(
            of: (digits >> UInt32(8 * skipped)).littleEndian, toByteOffset: end, as: UInt32.self)
        end += 3 - skipped
    }

    private mutating func appendLong(_ value: UInt64) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var first = 20
        var rest = value
        repeat {
            first -= 1
            digits[first] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
            rest /= 10
        } while rest != 0
        append(digits.span.extracting(first..<20))
    }

    /// Appends a number in lower-case hexadecimal digits, without leading zeros; up to 16 bytes.
    package mutating func append(hexadecimal value: UInt64) {
        var digits = InlineArray<16, UInt8>(repeating: 0)
        var first = 16
        var rest = value
        repeat {
            first -= 1
            let digit = UInt8(truncatingIfNeeded: rest & 15)
            digits[first] = digit < 10 ? digit &+ 0x30 : digit &+ 0x57
            rest >>= 4
        } while rest != 0
        append(digits.span.extracting(first..<16))
    }
}
