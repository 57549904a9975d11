/// Rewrites JSON's surrogate escapes, the one part of JSON that the YAML parser refuses.
///
/// `\ud83d\ude00` becomes the character itself, a lone half U+FFFD, as Go decodes it. Lines stay
/// where they are.
enum JSONEscapes {
    static func resolved(_ text: String) -> String {
        guard let first = text.utf8.first(where: { !isBlank($0) }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "["),
            text.utf8.contains(UInt8(ascii: "\\"))
        else { return text }
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count else {
                output.append(bytes[index])
                index += 1
                continue
            }
            guard let high = unit(bytes, at: index), (0xD800...0xDFFF).contains(high) else {
                // Both bytes at once, so that `\\u` is not taken for an escape.
                output.append(bytes[index])
                output.append(bytes[index + 1])
                index += 2
                continue
            }
            var scalar: Unicode.Scalar = "\u{FFFD}"
            index += 6
            if high < 0xDC00, let low = unit(bytes, at: index), (0xDC00...0xDFFF).contains(low) {
                let value = 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00)
                scalar = Unicode.Scalar(value) ?? scalar
                index += 6
            }
            output += Array(String(scalar).utf8)
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// The 16-bit unit of a `\uXXXX` that begins there.
    private static func unit(_ bytes: [UInt8], at index: Int) -> UInt32? {
        guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
            bytes[index + 1] == UInt8(ascii: "u")
        else { return nil }
        var value: UInt32 = 0
        for byte in bytes[(index + 2)..<(index + 6)] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || (9...13).contains(byte)
    }
}
