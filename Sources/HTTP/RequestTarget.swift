internal import Bytes

/// The four forms of a request target (RFC 9112 §3.2).
enum RequestTarget {
    /// Fills path, and for the absolute form authority and host, from `head.target`.
    static func read(_ bytes: Span<UInt8>, into head: inout Head) -> HeadFault? {
        if head.method == .connect { return .connectMethod }
        let range = head.target.range
        let target = bytes.extracting(range)
        if target[0] == 0x2f {
            head.path = Slice(start: range.lowerBound, count: endOfPath(target, from: 0))
            return nil
        }
        if target.count == 1 && target[0] == 0x2a {
            head.path = head.target
            return head.method == .options ? nil : .asteriskForm
        }
        if ByteScan.starts(target, ignoringCase: "http://") {
            return readAbsolute(bytes, afterScheme: range.lowerBound + 7, into: &head)
        }
        if ByteScan.starts(target, ignoringCase: "https://") {
            return readAbsolute(bytes, afterScheme: range.lowerBound + 8, into: &head)
        }
        let colon = ByteScan.first(0x3a, in: target, from: 0)
        if ByteScan.starts(target.extracting(droppingFirst: colon), ignoringCase: "://") {
            return .unknownScheme
        }
        return Authority.host(in: bytes, at: range) == nil ? .badTarget : .authorityForm
    }

    /// Takes the target apart; what is left in `head.target` is its origin form.
    private static func readAbsolute(
        _ bytes: Span<UInt8>, afterScheme start: Int, into head: inout Head
    ) -> HeadFault? {
        let end = head.target.range.upperBound
        var authorityEnd = start
        while authorityEnd < end, bytes[authorityEnd] != 0x2f, bytes[authorityEnd] != 0x3f {
            if bytes[authorityEnd] == 0x40 { return .userinfoInTarget }
            authorityEnd += 1
        }
        guard let host = Authority.host(in: bytes, at: start..<authorityEnd) else {
            return .badHost
        }
        head.authority = Slice(start: start, count: authorityEnd - start)
        head.host = Slice(start: host.lowerBound, count: host.count)
        head.target = Slice(start: authorityEnd, count: end - authorityEnd)
        if authorityEnd < end && bytes[authorityEnd] == 0x2f {
            let target = bytes.extracting(authorityEnd..<end)
            head.path = Slice(start: authorityEnd, count: endOfPath(target, from: 0))
        } else {
            // RFC 9112 §3.2.1: no path means `/`. The last slash of `://` serves for it.
            head.path = Slice(start: start - 1, count: 1)
        }
        return nil
    }

    private static func endOfPath(_ target: Span<UInt8>, from: Int) -> Int {
        ByteScan.first(0x3f, in: target, from: from)
    }
}
