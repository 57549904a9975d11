/// Writes JSON as Go does: sorted keys, no blanks, and `<`, `>` and `&` escaped.
enum JSONWriter {
    static func bytes(_ value: JSONValue) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(512)
        write(value, into: &bytes)
        return bytes
    }

    static func write(_ value: JSONValue, into bytes: inout [UInt8]) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let flag): bytes += (flag ? "true" : "false").utf8
        case .integer(let number): bytes += "\(number)".utf8
        case .number(let number): bytes += "\(number)".utf8
        case .string(let text): write(text, into: &bytes)
        case .array(let items):
            bytes.append(UInt8(ascii: "["))
            for (index, item) in items.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(item, into: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let fields):
            bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for key in fields.keys.sorted() {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                write(key, into: &bytes)
                bytes.append(UInt8(ascii: ":"))
                write(fields[key] ?? .null, into: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func write(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        let start = bytes.count
        bytes += text.utf8
        var place = start
        while place < bytes.count && isPlain(bytes[place]) { place += 1 }
        if place == bytes.count { return }
        bytes.removeSubrange(start...)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": bytes += "\\\"".utf8
            case "\\": bytes += "\\\\".utf8
            case "\n": bytes += "\\n".utf8
            case "\r": bytes += "\\r".utf8
            case "\t": bytes += "\\t".utf8
            case "<", ">", "&", "\u{2028}", "\u{2029}": bytes += escape(scalar).utf8
            case _ where scalar.value < 32: bytes += escape(scalar).utf8
            default: bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
    }

    /// Whether a byte stands for itself: nearly all do.
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<32, 34, 38, 60, 62, 92, 127...255: false
        default: true
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
