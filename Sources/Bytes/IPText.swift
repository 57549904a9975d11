/// IP addresses as people write them, and as bytes in network order.
package enum IPText {
    /// 4 or 16 bytes; nil when the text is neither IPv4 nor IPv6 (RFC 4291 §2.2).
    package static func bytes(of text: String) -> [UInt8]? {
        IPLiteral(text.utf8.span)?.bytes
    }

    /// The usual form; IPv6 with its longest run of zeros as `::` (RFC 5952).
    package static func text(of bytes: [UInt8]) -> String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map {
            UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1])
        }
        let hex = groups.map { String($0, radix: 16) }
        guard let zeros = longestZeros(groups) else { return hex.joined(separator: ":") }
        return hex[..<zeros.lowerBound].joined(separator: ":") + "::"
            + hex[zeros.upperBound...].joined(separator: ":")
    }

    private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        for index in 0...groups.count {
            if index < groups.count, groups[index] == 0 { continue }
            if index - start >= 2, index - start > (best?.count ?? 0) { best = start..<index }
            start = index + 1
        }
        return best
    }
}
