/// What a single byte may be: the character classes of HTTP as literal bit sets.
///
/// Each set is two words, one bit per byte below 0x80, so a test is a shift and nothing has to be
/// set up before it. Bytes from 0x80 are in none of them but the field value's.
///
/// Public as `ByteScan` is: across targets, Swift 6.3.1 inlines what is `public` and
/// `@inlinable`, but calls what is `package`.
public enum ASCII {
    /// Whether the byte may stand in a token: names, methods, codings (RFC 9110 §5.6.2).
    @inlinable
    public static func isToken(_ byte: UInt8) -> Bool {
        isMember(byte, low: 0x03ff_6cfa_0000_0000, high: 0x57ff_ffff_c7ff_fffe)
    }

    /// Whether the byte is a letter, a digit or `-`.
    @inlinable
    public static func isPlainName(_ byte: UInt8) -> Bool {
        isMember(byte, low: 0x03ff_2000_0000_0000, high: 0x07ff_fffe_07ff_fffe)
    }

    /// Whether the byte may stand in a request target: VCHAR but `#` (RFC 9112 §3.2).
    @inlinable
    public static func isTarget(_ byte: UInt8) -> Bool {
        isMember(byte, low: 0xffff_fff6_0000_0000, high: 0x7fff_ffff_ffff_ffff)
    }

    /// Whether the byte may stand in a registered host name: letters, digits, `-`, `.`, `_`, `~`.
    ///
    /// That is RFC 3986's unreserved set; percent codes and sub-delimiters name no host that
    /// could be routed.
    @inlinable
    public static func isHost(_ byte: UInt8) -> Bool {
        isMember(byte, low: 0x03ff_6000_0000_0000, high: 0x47ff_fffe_87ff_fffe)
    }

    /// Whether the byte may stand in a field value: HT, SP, VCHAR, 0x80 and above (RFC 9110 §5.5).
    @inlinable
    public static func isFieldValue(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7f || byte == 0x09
    }

    /// Whether the byte is SP or HT, RFC 9110's optional white space.
    @inlinable
    public static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    @inlinable
    public static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

    /// The value of a hexadecimal digit of either case; 16 for any other byte.
    @inlinable
    public static func hexadecimal(_ byte: UInt8) -> UInt8 {
        let digit = byte &- 0x30
        if digit < 10 { return digit }
        let letter = (byte | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : 16
    }

    /// The byte with A–Z made a–z.
    @inlinable
    public static func lowered(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    /// Eight bytes at once with A–Z made a–z; all other bytes stay, those from 0x80 too.
    @inlinable
    public static func lowered(_ word: UInt64) -> UInt64 {
        let low7 = word & 0x7f7f_7f7f_7f7f_7f7f
        // The high bit of each byte tells: at least `A`, above `Z`, below 0x80.
        let fromA = low7 &+ 0x3f3f_3f3f_3f3f_3f3f
        let aboveZ = low7 &+ 0x2525_2525_2525_2525
        let upper = (fromA ^ aboveZ) & ~word & 0x8080_8080_8080_8080
        return word | upper &>> 2
    }

    @inlinable
    static func isMember(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
        let word = byte < 0x40 ? low : high
        return byte < 0x80 && word &>> UInt64(byte & 0x3f) & 1 == 1
    }
}
