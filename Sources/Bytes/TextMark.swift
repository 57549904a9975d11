/// Tells most texts apart without comparing them.
package enum TextMark {
    /// The count with the first, middle and last byte, so equal bytes have the same.
    ///
    /// Names that belong together mostly differ in their last byte.
    package static func of(_ text: Span<UInt8>) -> UInt64 {
        let count = text.count
        if count == 0 { return 0 }
        return UInt64(count) << 32 | UInt64(text[0]) << 16
            | UInt64(text[count / 2]) << 8 | UInt64(text[count - 1])
    }
}
