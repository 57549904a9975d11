/// Numbers as protocols write them: digits and nothing else.
public enum Decimal {
    /// The number that the text spells, or nil when it is not exactly one.
    ///
    /// Refused: no digits, signs, blanks, a leading zero before another digit, more than 19
    /// digits, a value above `max`.
    public static func parse(_ text: Span<UInt8>, max: UInt64 = UInt64(Int64.max)) -> UInt64? {
        guard text.count >= 1, text.count <= 19 else { return nil }
        if text[0] == 0x30 && text.count > 1 { return nil }
        // Nineteen digits stay below 2^64, so nothing can overflow here.
        var value: UInt64 = 0
        for index in text.indices {
            let digit = text[index] &- 0x30
            if digit > 9 { return nil }
            value = value &* 10 &+ UInt64(digit)
        }
        return value <= max ? value : nil
    }
}
