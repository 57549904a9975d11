internal import Bytes

/// Walks a comma-separated list in a field value, element by element (RFC 9110 §5.6.1).
///
/// Empty elements are skipped, blanks around elements left out. Quoted strings are not known to
/// it: the lists that the gateway reads hold tokens.
struct ListCursor: BitwiseCopyable {
    private var position: Int
    private let end: Int

    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    /// The next element, or nil at the end.
    mutating func next(in bytes: Span<UInt8>) -> Range<Int>? {
        while position < end {
            var start = position
            while position < end, bytes[position] != 0x2c { position += 1 }
            var stop = position
            position += 1
            while start < stop, ASCII.isBlank(bytes[start]) { start += 1 }
            while stop > start, ASCII.isBlank(bytes[stop - 1]) { stop -= 1 }
            if start < stop { return start..<stop }
        }
        return nil
    }
}
