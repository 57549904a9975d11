internal import Bytes

/// Numbers, addresses and JSON values as the bytes of a line.
extension [UInt8] {
    mutating func append(_ text: String) { append(contentsOf: text.utf8) }

    mutating func append(_ text: StaticString) { append(contentsOf: text.description.utf8) }

    /// A number in decimal digits, with leading zeros up to so many.
    mutating func append(decimal value: UInt64, digits least: Int = 1) {
        var digits = InlineArray<20, UInt8>(repeating: UInt8(ascii: "0"))
        var first = 20
        var rest = value
        while rest > 0 || first > 20 - least {
            first -= 1
            digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        for place in first..<20 { append(digits[place]) }
    }

    mutating func append(hexadecimal byte: UInt8) {
        for digit in [byte >> 4, byte & 15] { append(digit < 10 ? digit + 0x30 : digit + 0x57) }
    }

    /// An address; IPv6 in brackets where a port follows.
    mutating func append(_ address: AccessAddress, withPort: Bool) {
        if address.isIPv6 {
            let words = [address.high, address.low]
            let ip = (0..<16).map {
                UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64(56 - 8 * ($0 % 8)))
            }
            let text = IPText.text(of: ip)
            append(withPort ? "[\(text)]" : text)
        } else {
            for place in 0..<4 {
                if place > 0 { append(UInt8(ascii: ".")) }
                append(decimal: address.high >> UInt64(56 - 8 * place) & 0xff)
            }
        }
        guard withPort else { return }
        append(UInt8(ascii: ":"))
        append(decimal: UInt64(address.port))
    }

    // MARK: Members of a JSON object; a key comes with its comma, quotes and colon

    /// A number; null for the largest.
    mutating func append(_ key: String, number: UInt64) {
        append(key)
        if number == .max { append("null") } else { append(decimal: number) }
    }

    /// Nanoseconds as milliseconds with three decimals; null for the largest.
    mutating func append(_ key: String, milliseconds time: UInt64) {
        guard time != .max else { return append(key, number: .max) }
        append(key)
        append(decimal: time / 1_000_000)
        append(UInt8(ascii: "."))
        append(decimal: time % 1_000_000 / 1000, digits: 3)
    }

    mutating func append(_ key: String, address: AccessAddress, withPort: Bool) {
        append(key)
        guard address.isPresent else { return append("null") }
        append(UInt8(ascii: "\""))
        append(address, withPort: withPort)
        append(UInt8(ascii: "\""))
    }

    /// A text of ours; null for an empty one.
    mutating func append(_ key: String, text: StaticString) {
        append(key, text: text.description)
    }

    /// A name of Kubernetes' or a setting's, which needs no escape; null for an empty one.
    mutating func append(_ key: String, text: String) {
        append(key)
        if text.isEmpty { return append("null") }
        append(UInt8(ascii: "\""))
        append(text)
        append(UInt8(ascii: "\""))
    }

    /// Two names with a slash between them; null where the second is empty.
    mutating func append(_ key: String, text first: String, _ second: String) {
        append(key)
        if second.isEmpty { return append("null") }
        append(UInt8(ascii: "\""))
        append(first)
        append(UInt8(ascii: "/"))
        append(second)
        append(UInt8(ascii: "\""))
    }

    /// A client's text; null for an empty one.
    ///
    /// What is not UTF-8 becomes U+FFFD, and what a terminal would obey is written as an escape.
    mutating func append(_ key: String, bytes: ArraySlice<UInt8>) {
        append(key)
        if bytes.isEmpty { return append("null") }
        append(UInt8(ascii: "\""))
        if bytes.isPlainText {
            append(contentsOf: bytes)
        } else {
            for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars { append(scalar) }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x22, 0x5c:
            append(UInt8(ascii: "\\"))
            append(UInt8(scalar.value))
        case 0..<0x20, 0x7f..<0xa0:
            append("\\u00")
            append(hexadecimal: UInt8(scalar.value))
        default: append(contentsOf: UTF8.encode(scalar).map(Swift.Array.init) ?? [])
        }
    }
}

extension ArraySlice<UInt8> {
    /// Printable ASCII without quotes and backslashes: needs no escape in either form.
    var isPlainText: Bool {
        var isPlain = true
        for byte in self {
            isPlain = isPlain && byte &- 0x20 < 0x5f && byte != 0x22 && byte != 0x5c
        }
        return isPlain
    }
}
