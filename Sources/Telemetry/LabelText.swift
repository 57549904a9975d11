/// Label pairs as they are written, without the braces: made once for many samples.
package struct LabelText: Hashable, Sendable {
    private(set) var bytes: [UInt8] = []

    /// The pairs in the order in which they are written.
    package init(_ pairs: [(name: String, value: String)] = []) {
        for pair in pairs { add(pair.name, pair.value) }
    }

    /// The same with one more pair behind.
    package func adding(_ name: String, _ value: String) -> LabelText {
        var more = self
        more.add(name, value)
        return more
    }

    private mutating func add(_ name: String, _ value: String) {
        bytes.reserveCapacity(bytes.count + name.utf8.count + value.utf8.count + 4)
        if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
        bytes.append(name)
        bytes.append("=\"")
        bytes.append(escaping: value, quotes: true)
        bytes.append(UInt8(ascii: "\""))
    }
}

extension [UInt8] {
    /// A label's value or a help text.
    mutating func append(escaping value: String, quotes: Bool) {
        let isPlain = value.utf8.allSatisfy {
            $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\"")
        }
        if isPlain { return append(value) }
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): append("\\\\")
            case UInt8(ascii: "\n"): append("\\n")
            case UInt8(ascii: "\"") where quotes: append("\\\"")
            default: append(byte)
            }
        }
    }
}
