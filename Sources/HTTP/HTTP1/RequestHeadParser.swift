internal import Bytes

/// Reads the head of one HTTP/1 request after another (RFC 9112).
///
/// It keeps only how far it came: the bytes stay with the caller, who shows them again from the
/// head's first byte, with more behind them, after each `needsMore`. The verdict does not depend
/// on how the bytes were cut. After `complete` it is ready for the next head.
package struct RequestHeadParser: BitwiseCopyable, Sendable {
    /// Room for method, version and line end beside the longest target.
    private static var requestLineExtra: Int { 64 }

    private var lines = HeadLines()
    private var facts = HeadFacts(isRequest: true)
    private var hasSkippedEmptyLine = false
    private var isPastRequestLine = false

    package init() {}

    /// Whether none of the `count` bytes that wait belongs to a head, so that the connection may
    /// be closed here without a fault.
    ///
    /// The one empty line that may stand before a request counts as nothing.
    package func isIdle(waiting count: Int) -> Bool {
        !isPastRequestLine && lines.lineStart == count
    }

    /// Reads on, filling `head`, whose slices point into `bytes`.
    package mutating func parse(
        _ bytes: Span<UInt8>, into head: inout Head, limits: HeadLimits
    ) -> HeadStatus {
        let window = bytes.extracting(first: limits.headBytes)
        if !isPastRequestLine {
            head.reset()
            if let status = readRequestLine(window, into: &head, limits) { return status }
            isPastRequestLine = true
        } else if !lines.canRead(window) {
            return lines.wait(window, limits)
        }
        let status = lines.readFields(
            window, into: &head, noting: &facts, allowsUnderscores: limits.allowsUnderscores,
            limits: limits)
        guard case .complete = status else { return status }
        if let fault = facts.settle(request: &head, in: window) { return .refused(fault) }
        self = RequestHeadParser()
        return status
    }

    /// Nil when the line has been read.
    private mutating func readRequestLine(
        _ window: Span<UInt8>, into head: inout Head, _ limits: HeadLimits
    ) -> HeadStatus? {
        if let status = skipEmptyLine(window, limits) { return status }
        let longest = limits.targetBytes + Self.requestLineExtra
        guard lines.canRead(window) else {
            let isTooLong = window.count - lines.lineStart > longest
            return isTooLong ? .refused(.targetTooLong) : lines.wait(window, limits)
        }
        let line = RequestLine.read(window, at: lines.lineStart, into: &head)
        let end =
            switch line {
            case .read(let next): next
            case .fault: ByteScan.first(0x0a, in: window, from: lines.lineStart) + 1
            }
        let isTooLong = min(end, window.count) - lines.lineStart > longest
        if isTooLong || head.target.range.count > limits.targetBytes {
            return .refused(.targetTooLong)
        }
        switch line {
        case .fault(let fault): return lines.refuse(fault, window, limits)
        case .read(let next): lines.lineStart = next
        }
        return RequestTarget.read(window, into: &head).map { .refused($0) }
    }

    /// RFC 9112 §2.2: one empty line before the request line is tolerated.
    ///
    /// A first byte that begins no method (TLS on a plain port, say) is refused at once.
    private mutating func skipEmptyLine(
        _ window: Span<UInt8>, _ limits: HeadLimits
    ) -> HeadStatus? {
        let start = lines.lineStart
        guard start < window.count else { return lines.wait(window, limits) }
        switch window[start] {
        case 0x0d where !hasSkippedEmptyLine:
            guard start + 1 < window.count else { return lines.wait(window, limits) }
            guard window[start + 1] == 0x0a else { return .refused(.bareCarriageReturn) }
            hasSkippedEmptyLine = true
            lines.lineStart = start + 2
            return skipEmptyLine(window, limits)
        case 0x0d: return .refused(.badRequestLine)
        case 0x0a: return .refused(.bareLineFeed)
        case let byte: return ASCII.isToken(byte) ? nil : .refused(.badMethod)
        }
    }
}
