import Yams

/// Types a scalar as Kubernetes' YAML reader does (YAML 1.1): a quoted one is a string, a plain
/// one may be null, a boolean or a number.
enum ScalarType {
    static func value(of scalar: Node.Scalar) -> Tree.Value {
        guard scalar.style == .plain, scalar.tag.description != Tag.Name.str.rawValue else {
            return .text(scalar.string)
        }
        let text = scalar.string
        return word(text) ?? number(text) ?? .text(text)
    }

    private static func word(_ text: String) -> Tree.Value? {
        // None is longer.
        if text.utf8.count > "false".utf8.count { return nil }
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y":
            return .bool(true)
        case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N":
            return .bool(false)
        default: return nil
        }
    }

    private static func number(_ text: String) -> Tree.Value? {
        let bytes = text.utf8
        guard let first = bytes.first,
            isDigit(first) || "+-.".utf8.contains(first),
            bytes.contains(where: isDigit)
        else { return nil }
        if let integer = plainInteger(bytes) ?? integer(text) { return .integer(integer) }
        return isNumber(bytes) ? .number(text) : nil
    }

    /// Nearly all are written so: few digits, and no zero before others.
    private static func plainInteger(_ bytes: String.UTF8View) -> Int64? {
        guard bytes.count <= 18, bytes.count == 1 || bytes.first != UInt8(ascii: "0") else {
            return nil
        }
        var value: Int64 = 0
        for byte in bytes {
            guard isDigit(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
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
    private static func isNumber(_ bytes: String.UTF8View) -> Bool {
        var points = 0
        var exponents = 0
        var previous = UInt8(ascii: "e")
        for byte in bytes {
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
        return points <= 1 && exponents <= 1 && isDigitOrPoint(previous)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isDigitOrPoint(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: ".")
    }
}
