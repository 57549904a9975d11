internal import Bytes

/// The first line of a response: version, status, reason (RFC 9112 §4).
enum StatusLine {
    case read(next: Int)
    /// Not a status line, or not all of it: only final when the line's LF is there.
    case fault(HeadFault)

    /// Reads the line at the beginning of `bytes`.
    ///
    /// The blank before an empty reason may be missing, as many servers have it.
    static func read(_ bytes: Span<UInt8>, into head: inout Head) -> StatusLine {
        guard bytes.count >= 14 else { return .fault(.badStatusLine) }
        let version = bytes.extracting(first: 8)
        let isCurrent = ByteScan.equal(version, "HTTP/1.1")
        guard isCurrent || ByteScan.equal(version, "HTTP/1.0"), bytes[8] == 0x20 else {
            return .fault(.badStatusLine)
        }
        // RFC 9110 §15: three digits, the first from 1 to 5; 6 to 9 are in use all the same.
        let status = Decimal.parse(bytes.extracting(9..<12), max: 999)
        guard let status, status >= 100 else { return .fault(.badStatusLine) }
        guard bytes[12] == 0x20 || bytes[12] == 0x0d else { return .fault(.badStatusLine) }
        let reasonStart = bytes[12] == 0x20 ? 13 : 12
        let end = ByteScan.endOfFieldValue(in: bytes, from: reasonStart)
        guard end < bytes.count else { return .fault(.badStatusLine) }
        guard bytes[end] == 0x0d, end + 1 < bytes.count, bytes[end + 1] == 0x0a else {
            return .fault(FieldLine.valueFault(bytes[end]))
        }
        head.version = isCurrent ? 1 : 0
        head.status = UInt16(status)
        head.reason = Slice(start: reasonStart, count: end - reasonStart)
        return .read(next: end + 2)
    }

    /// Whether these bytes may still become a status line: tells garbage (TLS, HTTP/2) at once.
    static func mayBegin(_ bytes: Span<UInt8>) -> Bool {
        let known = ByteScan.bytes(of: "HTTP/1.")
        let count = min(bytes.count, known.count)
        return ByteScan.equal(bytes.extracting(first: count), known.extracting(first: count))
    }
}
