/// Reads JSON by RFC 8259; of a key that comes twice the last value counts, as in Go.
struct JSONReader {
    /// What is wrong with a text.
    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    private let bytes: [UInt8]
    private var here = 0
    private var depth = 0

    static func read(_ bytes: [UInt8]) throws(Fault) -> JSONValue {
        var reader = JSONReader(bytes: bytes)
        let value = try reader.value()
        reader.skipBlanks()
        if reader.here < bytes.count { throw reader.unexpected("after top-level value") }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func unexpected(_ place: String) -> Fault {
        guard here < bytes.count else { return Fault(description: "unexpected end of JSON input") }
        let character = Character(UnicodeScalar(bytes[here]))
        return Fault(description: "invalid character '\(character)' \(place)")
    }

    private mutating func skipBlanks() {
        while here < bytes.count {
            switch bytes[here] {
            case 32, 9, 10, 13: here += 1
            default: return
            }
        }
    }

    private mutating func take(_ character: UInt8) -> Bool {
        guard here < bytes.count, bytes[here] == character else { return false }
        here += 1
        return true
    }

    private mutating func value() throws(Fault) -> JSONValue {
        skipBlanks()
        guard here < bytes.count else { throw unexpected("") }
        switch bytes[here] {
        case UInt8(ascii: "{"): return try nested { reader throws(Fault) in try reader.object() }
        case UInt8(ascii: "["): return try nested { reader throws(Fault) in try reader.array() }
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func nested(
        _ read: (inout JSONReader) throws(Fault) -> JSONValue
    ) throws(Fault) -> JSONValue {
        depth += 1
        if depth > 1000 { throw Fault(description: "exceeded max depth") }
        here += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func object() throws(Fault) -> JSONValue {
        var fields: [String: JSONValue] = [:]
        skipBlanks()
        if take(UInt8(ascii: "}")) { return .object(fields) }
        while true {
            skipBlanks()
            let key = try string()
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw unexpected("after object key") }
            fields[key] = try value()
            skipBlanks()
            if take(UInt8(ascii: "}")) { return .object(fields) }
            guard take(UInt8(ascii: ",")) else {
                throw unexpected("after object key:value pair")
            }
        }
    }

    private mutating func array() throws(Fault) -> JSONValue {
        var items: [JSONValue] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return .array(items) }
        while true {
            items.append(try value())
            skipBlanks()
            if take(UInt8(ascii: "]")) { return .array(items) }
            guard take(UInt8(ascii: ",")) else { throw unexpected("after array element") }
        }
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws(Fault) -> JSONValue {
        for byte in text.utf8 {
            guard take(byte) else { throw unexpected("in literal \(text)") }
        }
        return value
    }

    private mutating func number() throws(Fault) -> JSONValue {
        let start = here
        var isWhole = true
        _ = take(UInt8(ascii: "-"))
        while here < bytes.count {
            let byte = bytes[here]
            if !(byte >= 48 && byte <= 57) {
                guard [43, 45, 46, 69, 101].contains(byte) else { break }
                isWhole = false
            }
            here += 1
        }
        let text = String(decoding: bytes[start..<here], as: UTF8.self)
        if isWhole, let value = Int(text) { return .integer(value) }
        if let value = Double(text), value.isFinite { return .number(value) }
        here = start
        throw unexpected("looking for beginning of value")
    }

    private mutating func string() throws(Fault) -> String {
        guard take(UInt8(ascii: "\"")) else {
            throw unexpected("looking for beginning of object key string")
        }
        let start = here
        while here < bytes.count && bytes[here] >= 32 && bytes[here] != 34 && bytes[here] != 92 {
            here += 1
        }
        var text = Array(bytes[start..<here])
        while here < bytes.count {
            let byte = bytes[here]
            here += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") {
                try escape(into: &text)
            } else if byte < 32 {
                here -= 1
                throw unexpected("in string literal")
            } else {
                text.append(byte)
            }
        }
        throw unexpected("")
    }

    private mutating func escape(into text: inout [UInt8]) throws(Fault) {
        guard here < bytes.count else { throw unexpected("") }
        let byte = bytes[here]
        let plain: [UInt8: UInt8] = [
            34: 34, 92: 92, 47: 47, 98: 8, 102: 12, 110: 10, 114: 13, 116: 9,
        ]
        if let character = plain[byte] {
            here += 1
            text.append(character)
            return
        }
        guard byte == UInt8(ascii: "u") else { throw unexpected("in string escape code") }
        here += 1
        var code = try hexadecimal()
        if code >= 0xd800, code < 0xdc00, here + 1 < bytes.count, bytes[here] == 92,
            bytes[here + 1] == UInt8(ascii: "u")
        {
            here += 2
            let low = try hexadecimal()
            if low >= 0xdc00, low < 0xe000 {
                code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
            }
        }
        text += String(Unicode.Scalar(code) ?? "\u{fffd}").utf8
    }

    private mutating func hexadecimal() throws(Fault) -> UInt32 {
        guard here + 4 <= bytes.count,
            let code = UInt32(String(decoding: bytes[here..<here + 4], as: UTF8.self), radix: 16)
        else { throw unexpected("in \\u hexadecimal character escape") }
        here += 4
        return code
    }
}
