internal import Bytes

/// Steps over JSON (RFC 8259) byte by byte; never traps, whatever the bytes.
struct JSONScanner {
    /// LIMIT: values within values.
    static let depthMax = 100

    let bytes: [UInt8]
    var at: Int
    let end: Int

    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        at = max(range.lowerBound, 0)
        end = min(range.upperBound, bytes.count)
    }

    /// The byte under the cursor; nil at the end.
    var next: UInt8? { at < end ? bytes[at] : nil }

    mutating func skipSpace() {
        while at < end {
            switch bytes[at] {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"):
                at += 1
            default: return
            }
        }
    }

    /// Steps over this byte, if it is the next one.
    mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        at += 1
        return true
    }

    /// Steps over a value and gives its range; nil where there is none.
    mutating func value(depth: Int = 0) -> Range<Int>? {
        let start = at
        guard let first = next, depth < Self.depthMax else { return nil }
        let isValid =
            switch first {
            case UInt8(ascii: "{"): object(depth) { _, _ in }
            case UInt8(ascii: "["): array(depth) { _ in }
            case UInt8(ascii: "\""): string() != nil
            case UInt8(ascii: "t"): word("true")
            case UInt8(ascii: "f"): word("false")
            case UInt8(ascii: "n"): word("null")
            default: number()
            }
        return isValid ? start..<at : nil
    }

    /// Steps over an object, telling each member's key (with its quotes) and value.
    mutating func object(_ depth: Int, _ tell: (Range<Int>, Range<Int>) -> Void) -> Bool {
        guard take(UInt8(ascii: "{")) else { return false }
        skipSpace()
        if take(UInt8(ascii: "}")) { return true }
        while true {
            skipSpace()
            guard let key = string() else { return false }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { return false }
            skipSpace()
            guard let value = value(depth: depth + 1) else { return false }
            tell(key, value)
            skipSpace()
            if take(UInt8(ascii: "}")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    /// Steps over an array, telling each item.
    mutating func array(_ depth: Int, _ tell: (Range<Int>) -> Void) -> Bool {
        guard take(UInt8(ascii: "[")) else { return false }
        skipSpace()
        if take(UInt8(ascii: "]")) { return true }
        while true {
            skipSpace()
            guard let item = value(depth: depth + 1) else { return false }
            tell(item)
            skipSpace()
            if take(UInt8(ascii: "]")) { return true }
            guard take(UInt8(ascii: ",")) else { return false }
        }
    }

    /// Steps over a string and gives its range with the quotes; nil where there is none.
    mutating func string() -> Range<Int>? {
        let start = at
        guard take(UInt8(ascii: "\"")) else { return nil }
        while at < end {
            let byte = bytes[at]
            at += 1
            if byte == UInt8(ascii: "\"") { return start..<at }
            if byte == UInt8(ascii: "\\") {
                guard escape() else { return nil }
            } else if byte < 0x20 {
                return nil
            }
        }
        return nil
    }

    /// Steps over what follows a backslash.
    private mutating func escape() -> Bool {
        guard let byte = next else { return false }
        at += 1
        switch byte {
        case UInt8(ascii: "u"):
            for _ in 0..<4 {
                guard let digit = next, JSONEscape.digit(digit) != nil else { return false }
                at += 1
            }
            return true
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        default: return false
        }
    }

    private mutating func word(_ word: StaticString) -> Bool {
        for byte in word.description.utf8 where !take(byte) { return false }
        return true
    }

    private mutating func number() -> Bool {
        _ = take(UInt8(ascii: "-"))
        // A leading zero stands alone.
        if !take(UInt8(ascii: "0")), !digits() { return false }
        if take(UInt8(ascii: ".")), !digits() { return false }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            return digits()
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = at
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { at += 1 }
        return at > start
    }
}
