/// The characters that JSON's escapes `\uXXXX` stand for: one each, or two halves (RFC 8259 §7).
package enum JSONEscape {
    /// The value of the four hexadecimal digits at `index`; nil where there are no such.
    package static func unit(_ bytes: Span<UInt8>, at index: Int) -> UInt32? {
        guard bytes.count - index >= 4 else { return nil }
        var unit: UInt32 = 0
        for place in index..<index + 4 {
            guard let digit = digit(bytes[place]) else { return nil }
            unit = unit << 4 | digit
        }
        return unit
    }

    /// The value of one hexadecimal digit; nil for what is none.
    package static func digit(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// Whether a character's second half must follow.
    package static func isFirstHalf(_ unit: UInt32) -> Bool { (0xD800..<0xDC00).contains(unit) }

    /// The character of two halves; nil where they are none.
    package static func joined(_ first: UInt32, _ second: UInt32) -> Unicode.Scalar? {
        guard isFirstHalf(first), (0xDC00..<0xE000).contains(second) else { return nil }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    }
}
