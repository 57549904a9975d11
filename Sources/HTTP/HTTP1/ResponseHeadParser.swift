internal import Bytes

/// Reads the head of one HTTP/1 response after another (RFC 9112), as strictly as requests.
///
/// Used as `RequestHeadParser` is. An interim response (1xx) is a head of its own: the caller
/// looks at `head.status` and parses on.
package struct ResponseHeadParser: BitwiseCopyable, Sendable {
    private var lines = HeadLines()
    private var facts = HeadFacts(isRequest: false)
    private var isPastStatusLine = false

    package init() {}

    /// Reads on, filling `head`, whose slices point into `bytes`; `method` is the request's,
    /// because an answer to HEAD has no body (RFC 9112 §6.3).
    package mutating func parse(
        _ bytes: Span<UInt8>, into head: inout Head, answering method: Method, limits: HeadLimits
    ) -> HeadStatus {
        let window = bytes.extracting(first: limits.headBytes)
        if !isPastStatusLine {
            head.reset()
            guard StatusLine.mayBegin(window) else { return .refused(.badStatusLine) }
            guard lines.canRead(window) else { return lines.wait(window, limits) }
            switch StatusLine.read(window, into: &head) {
            case .fault(let fault): return lines.refuse(fault, window, limits)
            case .read(let next): lines.lineStart = next
            }
            isPastStatusLine = true
        } else if !lines.canRead(window) {
            return lines.wait(window, limits)
        }
        // Names with `_` are an upstream's own affair: nothing behind us reads them otherwise.
        let status = lines.readFields(
            window, into: &head, noting: &facts, allowsUnderscores: true, limits: limits)
        guard case .complete = status else { return status }
        if let fault = facts.settle(response: &head, answering: method, in: window) {
            return .refused(fault)
        }
        self = ResponseHeadParser()
        return status
    }
}
