internal import Bytes

/// What a host with an optional port may look like, in Host and in absolute-form targets.
enum Authority {
    /// LIMIT: bytes of a host name; DNS allows 253.
    static let hostBytesMax = 255

    /// The host within an authority, without port and without one trailing dot; nil when the
    /// text is not `host`, `host:port`, `[v6]` or `[v6]:port`.
    ///
    /// Stricter than RFC 3986: no userinfo, percent codes, sub-delimiters or zone, no empty
    /// host, no empty port, a port of 1 to 65535.
    static func host(in bytes: Span<UInt8>, at authority: Range<Int>) -> Range<Int>? {
        let start = authority.lowerBound
        guard start < authority.upperBound else { return nil }
        let isBracketed = bytes[start] == 0x5b
        let end =
            isBracketed
            ? endOfAddress(in: bytes, at: authority)
            : ByteScan.endOfHost(in: bytes.extracting(first: authority.upperBound), from: start)
        guard end - start <= hostBytesMax else { return nil }
        if end < authority.upperBound {
            guard bytes[end] == 0x3a else { return nil }
            let port = Decimal.parse(
                bytes.extracting(end + 1..<authority.upperBound), max: UInt64(UInt16.max))
            guard let port, port > 0 else { return nil }
        }
        let hasDot = end > start && bytes[end - 1] == 0x2e
        let host = start..<(hasDot ? end - 1 : end)
        return host.isEmpty ? nil : host
    }

    /// Behind the closing bracket; the start when it is no address in brackets.
    ///
    /// Hexadecimal digits, colons and dots: enough to tell it from anything else, not a check
    /// that the address is well formed.
    private static func endOfAddress(in bytes: Span<UInt8>, at authority: Range<Int>) -> Int {
        var index = authority.lowerBound + 1
        var colons = 0
        while index < authority.upperBound {
            let byte = bytes[index]
            if byte == 0x5d { return colons >= 2 ? index + 1 : authority.lowerBound }
            if byte == 0x3a { colons += 1 }
            let isAddress = byte == 0x3a || byte == 0x2e || ASCII.hexadecimal(byte) < 16
            guard isAddress else { break }
            index += 1
        }
        return authority.lowerBound
    }
}
