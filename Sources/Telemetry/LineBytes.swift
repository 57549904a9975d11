internal import Bytes

/// Numbers, addresses and JSON values as the bytes of a line.
extension [UInt8] {
    mutating func append(_ text: StaticString) { self += text.description.utf8 }

    /// A number in decimal digits, with leading zeros up to so many.
    mutating func append(decimal value: UInt64, digits: Int = 1) {
        var power: UInt64 = 1
        var count = 1
        while count < 20, count < digits || value / power >= 10 {
            power &*= 10
            count += 1
        }
        while power > 0 {
            append(UInt8(ascii: "0") + UInt8(value / power % 10))
            power /= 10
        }
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
            self += (withPort ? "[\(text)]" : text).utf8
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

    // MARK: Members of a JSON object, but for the first

    mutating func append(key: String) {
        self += ",\"".utf8
        self += key.utf8
        self += "\":".utf8
    }

    /// A number; null for the largest.
    mutating func append(_ key: String, number: UInt64) {
        append(key: key)
        if number == .max { self += "null".utf8 } else { append(decimal: number) }
    }

    /// Nanoseconds as milliseconds with three decimals; null for the largest.
    mutating func append(_ key: String, milliseconds time: UInt64) {
        guard time != .max else { return append(key, number: .max) }
        append(key: key)
        append(decimal: time / 1_000_000)
        append(UInt8(ascii: "."))
        append(decimal: time % 1_000_000 / 1000, digits: 3)
    }

    mutating func append(_ key: String, address: AccessAddress, withPort: Bool) {
        append(key: key)
        guard address.isPresent else { return self += "null".utf8 }
        append(UInt8(ascii: "\""))
        append(address, withPort: withPort)
        append(UInt8(ascii: "\""))
    }

    /// A text; null for an empty one.
    mutating func append(_ key: String, json text: ArraySlice<UInt8>) {
        append(key: key)
        if text.isEmpty { self += "null".utf8 } else { append(jsonText: text) }
    }

    /// A JSON string: what is not UTF-8 becomes U+FFFD, and what a terminal would obey is
    /// written as an escape.
    private mutating func append(jsonText text: ArraySlice<UInt8>) {
        append(UInt8(ascii: "\""))
        let isPlain = text.allSatisfy { (0x20..<0x7f).contains($0) && $0 != 0x22 && $0 != 0x5c }
        if isPlain {
            self += text
        } else {
            for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
                append(scalar)
            }
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x22, 0x5c:
            append(UInt8(ascii: "\\"))
            append(UInt8(scalar.value))
        case 0..<0x20, 0x7f..<0xa0:
            self += "\\u00".utf8
            append(hexadecimal: UInt8(scalar.value))
        default: self += UTF8.encode(scalar).map(Swift.Array.init) ?? []
        }
    }
}
