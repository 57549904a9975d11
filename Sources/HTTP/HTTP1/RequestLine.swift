internal import Bytes

/// The first line of a request: method, target, version (RFC 9112 §3).
enum RequestLine {
    case read(next: Int)
    /// Not a request line, or not all of it: only final when the line's LF is there.
    case fault(HeadFault)

    /// Reads the line at `start`; what the target means is not looked at yet.
    static func read(
        _ bytes: Span<UInt8>, at start: Int, into head: inout Head
    ) -> RequestLine {
        let methodEnd = ByteScan.endOfToken(in: bytes, from: start)
        guard methodEnd < bytes.count else { return .fault(.badRequestLine) }
        guard bytes[methodEnd] == 0x20 else {
            return .fault(fault(bytes, at: methodEnd, otherwise: .badMethod))
        }
        let targetStart = methodEnd + 1
        let targetEnd = ByteScan.endOfTarget(in: bytes, from: targetStart)
        guard targetEnd < bytes.count else { return .fault(.badRequestLine) }
        guard bytes[targetEnd] == 0x20, targetEnd > targetStart else {
            let other: HeadFault =
                switch bytes[targetEnd] {
                case 0x20: .badRequestLine
                case 0x23: .fragmentInTarget
                default: .badTarget
                }
            return .fault(fault(bytes, at: targetEnd, otherwise: other))
        }
        let versionStart = targetEnd + 1
        guard let version = version(bytes, at: versionStart) else {
            return .fault(versionFault(bytes, at: versionStart))
        }
        head.version = version
        head.methodText = Slice(start: start, count: methodEnd - start)
        head.method = Method(bytes.extracting(start..<methodEnd))
        head.target = Slice(start: targetStart, count: targetEnd - targetStart)
        return .read(next: versionStart + 10)
    }

    /// The minor version when `HTTP/1.0` or `HTTP/1.1` with CRLF stands at `start`.
    private static func version(_ bytes: Span<UInt8>, at start: Int) -> UInt8? {
        guard bytes.count - start >= 10 else { return nil }
        guard bytes[start + 8] == 0x0d, bytes[start + 9] == 0x0a else { return nil }
        let text = bytes.extracting(start..<start + 8)
        if ByteScan.equal(text, "HTTP/1.1") { return 1 }
        return ByteScan.equal(text, "HTTP/1.0") ? 0 : nil
    }

    /// RFC 9110 §2.5: a well-formed version that we do not speak is 505, anything else 400.
    private static func versionFault(_ bytes: Span<UInt8>, at start: Int) -> HeadFault {
        var end = start
        while end < bytes.count, ASCII.isToken(bytes[end]) || bytes[end] == 0x2f { end += 1 }
        guard end < bytes.count else { return .badVersion }
        let isVersion =
            end - start == 8 && ByteScan.equal(bytes.extracting(start..<start + 5), "HTTP/")
            && ASCII.isDigit(bytes[start + 5]) && bytes[start + 6] == 0x2e
            && ASCII.isDigit(bytes[start + 7])
        let isAlone = end + 1 < bytes.count && bytes[end] == 0x0d && bytes[end + 1] == 0x0a
        if isAlone { return isVersion ? .unsupportedVersion : .badVersion }
        return fault(bytes, at: end, otherwise: .badRequestLine)
    }

    private static func fault(
        _ bytes: Span<UInt8>, at index: Int, otherwise other: HeadFault
    ) -> HeadFault {
        switch bytes[index] {
        case 0x0a: .bareLineFeed
        case 0x0d:
            index + 1 < bytes.count && bytes[index + 1] == 0x0a
                ? .badRequestLine : .bareCarriageReturn
        case 0: .nulByte
        default: other
        }
    }
}
