internal import Bytes

/// Writes JSON byte for byte as Go's encoding/json does (§3.1).
struct GoJSON {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(2048) }

    mutating func raw(_ text: String) { bytes.append(text: text) }

    /// What has been written there, once more.
    mutating func copy(_ range: Range<Int>) { bytes += Array(bytes[range]) }

    mutating func number(_ value: Int64) {
        if (0..<10).contains(value) {
            bytes.append(UInt8(ascii: "0") + UInt8(value))
        } else {
            raw(String(value))
        }
    }

    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if Self.isPlain(text.utf8.span) {
            bytes.append(text: text)
            return bytes.append(UInt8(ascii: "\""))
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": raw("\\\"")
            case "\\": raw("\\\\")
            case "\u{8}": raw("\\b")
            case "\u{C}": raw("\\f")
            case "\n": raw("\\n")
            case "\r": raw("\\r")
            case "\t": raw("\\t")
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\0"..."\u{1F}":
                let digits = String(scalar.value, radix: 16)
                raw("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits)
            default: bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// ASCII that needs no escape.
    private static func isPlain(_ text: Span<UInt8>) -> Bool {
        for index in text.indices {
            switch text[index] {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "<"), UInt8(ascii: ">"),
                UInt8(ascii: "&"):
                return false
            case 0x20..<0x7f: break
            default: return false
            }
        }
        return true
    }

    mutating func list<Element>(_ items: [Element], _ write: (inout GoJSON, Element) -> Void) {
        bytes.append(UInt8(ascii: "["))
        for (index, item) in items.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(&self, item)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    mutating func strings(_ items: [String]) {
        list(items) { $0.string($1) }
    }

    /// Keys in the order of their bytes.
    mutating func map<Value>(_ map: [String: Value], _ write: (inout GoJSON, Value) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        let sorted = map.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (index, entry) in sorted.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            string(entry.key)
            bytes.append(UInt8(ascii: ":"))
            write(&self, entry.value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    /// An object whose fields the body writes in Go's order.
    mutating func object(_ body: (inout GoJSON) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        body(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    /// A field of the object that is being written.
    mutating func field(_ name: String, _ write: (inout GoJSON) -> Void) {
        // No value ends so.
        if bytes.last != UInt8(ascii: "{") { bytes.append(UInt8(ascii: ",")) }
        string(name)
        bytes.append(UInt8(ascii: ":"))
        write(&self)
    }

    /// Left out when empty, as Go's omitempty does.
    mutating func optional(_ name: String, _ text: String) {
        if !text.isEmpty { field(name) { $0.string(text) } }
    }
}
