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
        guard hasDigit else { return nil }
        if let integer = integer(text(bytes)) { return .integer(integer) }
        return isNumber(bytes) ? .number : nil
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

    private static func integer(_ text: String) -> Int64? {
        var digits = Substring(text.filter { $0 != "_" })
        var sign = ""
        if let first = digits.first, first == "-" || first == "+" {
            sign = String(first)
            digits = digits.dropFirst()
        }
        var radix = 10
        for (prefix, base) in [("0x", 16), ("0X", 16), ("0b", 2), ("0o", 8)]
        where digits.hasPrefix(prefix) {
            radix = base
            digits = digits.dropFirst(2)
        }
        if radix == 10, digits.count > 1, digits.first == "0",
            digits.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "7") })
        {
            radix = 8
        }
        guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-")
        else { return nil }
        return Int64(sign + digits, radix: radix)
    }

    /// Digits with at most one point, and an exponent if need be; too large integers too.
    private static func isNumber(_ bytes: Span<UInt8>) -> Bool {
        var points = 0
        var exponents = 0
        var previous = UInt8(ascii: "e")
        for index in bytes.indices {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): break
            case UInt8(ascii: "."): points += 1
            case UInt8(ascii: "e"), UInt8(ascii: "E"): exponents += 1
            case UInt8(ascii: "+"), UInt8(ascii: "-"):
                // A sign stands first or right after the exponent's letter.
                guard previous == UInt8(ascii: "e") || previous == UInt8(ascii: "E") else {
                    return false
                }
            default: return false
            }
            previous = byte
        }
        return points <= 1 && exponents <= 1 && (isDigit(previous) || previous == UInt8(ascii: "."))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
