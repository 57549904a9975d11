/// An IP address in its textual form (RFC 4291 §2.2, RFC 6943 §3.1.1), as plain bytes.
///
/// Strict: decimal numbers without leading zeros, no zone, no port, no brackets.
package struct IPLiteral: BitwiseCopyable, Equatable, Sendable {
    /// The address in network order: 16 bytes for IPv6; IPv4 is in the first four.
    package private(set) var high: UInt64 = 0
    package private(set) var low: UInt64 = 0
    package let isIPv6: Bool

    /// Nil when the text is neither form.
    package init?(_ text: Span<UInt8>) {
        isIPv6 = ByteScan.first(0x3a, in: text, from: 0) < text.count
        if isIPv6 {
            guard readGroups(text) else { return nil }
        } else {
            guard let word = Self.dotted(text) else { return nil }
            high = UInt64(word) << 32
        }
    }

    /// The address bytes, 4 or 16.
    package var bytes: [UInt8] {
        (0..<(isIPv6 ? 16 : 4)).map { index in
            let word = index < 8 ? high : low
            return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index & 7)))
        }
    }

    /// Four numbers with dots between them.
    private static func dotted(_ text: Span<UInt8>) -> UInt32? {
        var word: UInt32 = 0
        var parts = 0
        var number = 0
        var digits = 0
        for index in 0...text.count {
            let byte = index < text.count ? text[index] : 0x2e
            if byte == 0x2e {
                guard digits > 0, number <= 255, parts < 4 else { return nil }
                word = word << 8 | UInt32(number)
                parts += 1
                number = 0
                digits = 0
                continue
            }
            // A leading zero means octal to some readers.
            guard byte >= 0x30, byte <= 0x39, digits < 3, !(digits > 0 && number == 0) else {
                return nil
            }
            number = number * 10 + Int(byte - 0x30)
            digits += 1
        }
        return parts == 4 ? word : nil
    }

    /// Eight groups, one `::` in place of at least one, perhaps an IPv4 tail.
    private mutating func readGroups(_ text: Span<UInt8>) -> Bool {
        var groups = InlineArray<8, UInt16>(repeating: 0)
        var count = 0
        var gap: Int?
        var index = 0
        while index < text.count {
            if text[index] == 0x3a {
                // Only `::` stands where a group may begin.
                guard gap == nil, index + 1 < text.count, text[index + 1] == 0x3a else {
                    return false
                }
                gap = count
                index += 2
                continue
            }
            let end = ByteScan.first(0x3a, in: text, from: index)
            let group = text.extracting(index..<end)
            if end == text.count, let word = Self.dotted(group) {
                guard count <= 6 else { return false }
                groups[count] = UInt16(truncatingIfNeeded: word >> 16)
                groups[count + 1] = UInt16(truncatingIfNeeded: word)
                count += 2
            } else {
                guard count < 8, let value = Self.hexadecimal(group) else { return false }
                groups[count] = value
                count += 1
            }
            index = end
            if index == text.count { break }
            // A colon after a group: another group, or the gap, must follow.
            guard index + 1 < text.count else { return false }
            if text[index + 1] != 0x3a { index += 1 }
        }
        guard gap == nil ? count == 8 : count < 8 else { return false }
        let tail = gap.map { count - $0 } ?? 0
        for place in 0..<(count - tail) { set(place, groups[place]) }
        for place in 0..<tail { set(8 - tail + place, groups[count - tail + place]) }
        return true
    }

    private static func hexadecimal(_ text: Span<UInt8>) -> UInt16? {
        guard !text.isEmpty, text.count <= 4 else { return nil }
        var value: UInt16 = 0
        for index in text.indices {
            let digit = ASCII.hexadecimal(text[index])
            guard digit < 16 else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    private mutating func set(_ group: Int, _ value: UInt16) {
        let shift = UInt64(48 - 16 * (group & 3))
        if group < 4 { high |= UInt64(value) << shift } else { low |= UInt64(value) << shift }
    }
}
