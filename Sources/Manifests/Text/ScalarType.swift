internal import Bytes

/// Types a plain scalar as Kubernetes' YAML reader does (YAML 1.1): it may be null, a boolean or a
/// number.
enum ScalarType {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number that is no `Int64`.
    case number
    case text

    init(_ bytes: Span<UInt8>) {
        self = Self.word(bytes) ?? Self.number(bytes) ?? .text
    }

    private static func word(_ bytes: Span<UInt8>) -> ScalarType? {
        // None is longer, and few letters begin one.
        if bytes.isEmpty { return .null }
        guard bytes.count <= "false".utf8.count else { return nil }
        switch ASCII.lowered(bytes[0]) {
        case UInt8(ascii: "~"), UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "f"),
            UInt8(ascii: "y"), UInt8(ascii: "o"):
            break
        default: return nil
        }
        switch text(bytes) {
        case "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y":
            return .bool(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N":
            return .bool(false)
        default: return nil
        }
    }

    private static func text(_ bytes: Span<UInt8>) -> String {
        var text = ""
        for index in bytes.indices { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
        return text
    }

    /// What Go's reader takes for a number, whole ones as integers: YAML's numbers become JSON's, and
    /// `100.0` becomes `100` on the way.
    private static func number(_ bytes: Span<UInt8>) -> ScalarType? {
        switch bytes[0] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"),
            UInt8(ascii: "."):
            break
        default: return nil
        }
        if let integer = plainInteger(bytes) { return .integer(integer) }
        var hasDigit = false
        for index in bytes.indices {
            // What is not ASCII is no part of any number.
            if bytes[index] >= 0x80 { return nil }
            if isDigit(bytes[index]) { hasDigit = true }
        }
        guard hasDigit else { return isInfinite(bytes) ? .number : nil }
        let text = text(bytes)
        // Underscores part digits, but not behind a point that stands first.
        if bytes[0] == UInt8(ascii: ".") { return fraction(text) }
        let plain = text.filter { $0 != "_" }
        return integer(plain) ?? fraction(plain)
    }

    private static func isInfinite(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count <= "+.inf".utf8.count else { return false }
        let text = text(bytes)
        let words = [".inf", ".Inf", ".INF"]
        return words.contains(text) || words.contains { "+" + $0 == text || "-" + $0 == text }
            || [".nan", ".NaN", ".NAN"].contains(text)
    }

    /// Nearly all are written so: few digits, and no zero before others.
    private static func plainInteger(_ bytes: Span<UInt8>) -> Int64? {
        guard bytes.count <= 18, bytes.count == 1 || bytes[0] != UInt8(ascii: "0") else {
            return nil
        }
        var value: Int64 = 0
        for index in bytes.indices {
            guard isDigit(bytes[index]) else { return nil }
            value = value * 10 + Int64(bytes[index] - UInt8(ascii: "0"))
        }
        return value
    }

    private static func integer(_ text: String) -> ScalarType? {
        var digits = Substring(text)
        var sign = ""
        if let first = digits.first, first == "-" || first == "+" {
            sign = String(first)
            digits = digits.dropFirst()
        }
        var radix = 10
        if digits.first == "0", digits.count > 1 {
            digits = digits.dropFirst()
            switch digits.first {
            case "x", "X": radix = 16
            case "b", "B": radix = 2
            default: radix = 8
            }
            if let letter = digits.first, "xXbBoO".contains(letter) { digits = digits.dropFirst() }
        }
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-")
        else { return nil }
        if let integer = Int64(sign + digits, radix: radix) { return .integer(integer) }
        return sign.isEmpty && UInt64(digits, radix: radix) != nil ? .number : nil
    }

    /// Digits with at most one point among or around them, and an exponent if need be.
    private static func fraction(_ text: String) -> ScalarType? {
        var rest = Substring(text).utf8
        func skipSign() {
            if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
                rest.removeFirst()
            }
        }
        func skipDigits() -> Bool {
            let count = rest.prefix { isDigit($0) }.count
            rest.removeFirst(count)
            return count > 0
        }
        skipSign()
        let hasWhole = skipDigits()
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            guard skipDigits() || hasWhole else { return nil }
        } else if !hasWhole {
            return nil
        }
        if let letter = rest.first {
            guard letter | 0x20 == UInt8(ascii: "e") else { return nil }
            rest.removeFirst()
            skipSign()
            guard skipDigits() else { return nil }
        }
        // One that is too large stays a string.
        guard rest.isEmpty, let value = Double(text), value.isFinite else { return nil }
        return Int64(exactly: value).map { .integer($0) } ?? .number
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
