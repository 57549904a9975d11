internal import Bytes
internal import HTTP

/// Finds query parameters and cookies in a head by name, case and all, without decoding.
enum HeadSearch {
    /// The value of the first parameter of that name; one without `=` has an empty value.
    static func parameter(
        _ name: BlockView, _ head: borrowing Head, _ bytes: Span<UInt8>
    ) -> Range<Int>? {
        let end = head.target.range.upperBound
        var start = position(of: UInt8(ascii: "?"), in: bytes, head.target.range)
        while start < end {
            start += 1
            let stop = position(of: UInt8(ascii: "&"), in: bytes, start..<end)
            if let value = value(of: name, in: start..<stop, bytes) { return value }
            start = stop
        }
        return nil
    }

    /// The value of the first cookie of that name (RFC 6265 §4.2.1), quotes included.
    static func cookie(
        _ name: BlockView, _ head: borrowing Head, _ bytes: Span<UInt8>
    ) -> Range<Int>? {
        for index in 0..<head.fields.count {
            let field = head.fields[index]
            guard case .cookie = field.known else { continue }
            if let value = cookie(name, in: field.value.range, bytes) { return value }
        }
        return nil
    }

    private static func cookie(
        _ name: BlockView, in field: Range<Int>, _ bytes: Span<UInt8>
    ) -> Range<Int>? {
        var start = field.lowerBound
        while start < field.upperBound {
            let stop = position(of: UInt8(ascii: ";"), in: bytes, start..<field.upperBound)
            let pair = trimmed(start..<stop, bytes)
            // A text without `=` is no cookie.
            if position(of: UInt8(ascii: "="), in: bytes, pair) < pair.upperBound,
                let value = value(of: name, in: pair, bytes)
            {
                return trimmed(value, bytes)
            }
            start = stop + 1
        }
        return nil
    }

    /// What stands behind `name=`; nil when the pair has another name.
    private static func value(
        of name: BlockView, in pair: Range<Int>, _ bytes: Span<UInt8>
    ) -> Range<Int>? {
        let equals = position(of: UInt8(ascii: "="), in: bytes, pair)
        guard name.equals(bytes.extracting(pair.lowerBound..<equals)) else { return nil }
        return min(equals + 1, pair.upperBound)..<pair.upperBound
    }

    private static func trimmed(_ range: Range<Int>, _ bytes: Span<UInt8>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end, ASCII.isBlank(bytes[start]) { start += 1 }
        while start < end, ASCII.isBlank(bytes[end - 1]) { end -= 1 }
        return start..<end
    }

    /// The first such byte in the range, its end when there is none.
    private static func position(
        of byte: UInt8, in bytes: Span<UInt8>, _ range: Range<Int>
    ) -> Int {
        range.lowerBound + ByteScan.first(byte, in: bytes.extracting(range), from: 0)
    }
}
