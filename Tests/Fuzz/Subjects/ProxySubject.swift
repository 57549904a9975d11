import Bytes
import Foundation
import HTTP

/// The header by which a proxy says whom it speaks for: read again with each byte that comes, it
/// says one thing once, and for text what plain reading says.
enum ProxySubject {
    static func check(_ bytes: [UInt8]) throws(Finding) {
        let whole = try told(bytes[...])
        var settled: String?
        for count in 0...bytes.count {
            let now = try told(bytes.prefix(count))
            if let settled {
                try demand(now, equals: settled, "after \(count) bytes")
            } else if now != "more" {
                settled = now
            }
        }
        try demand(settled ?? "more", equals: whole, "byte by byte")
        if bytes.starts(with: "PROXY ".utf8), let end = bytes.firstIndex(of: 0x0a) {
            try demand(whole, equals: plain(bytes, end: end), "version 1")
        }
    }

    private static func told(_ bytes: ArraySlice<UInt8>) throws(Finding) -> String {
        let bytes = Array(bytes)
        switch ProxyHeader.parse(bytes.span) {
        case .needsMore: return "more"
        case .refused: return "refused"
        case .complete(let header, let length):
            let isWithin = length >= 15 && length <= bytes.count
            try demand("\(isWithin)", equals: "true", "a length of \(length) in \(bytes.count)")
            let who = "\(header.isIPv6) \(header.high) \(header.low) \(header.port)"
            return "\(length) \(header.hasClient ? who : "nobody")"
        }
    }

    /// Version 1 by splitting the line, and the system's own reading of addresses.
    private static func plain(_ bytes: [UInt8], end: Int) -> String {
        guard end < 107, bytes[end - 1] == 0x0d else { return "refused" }
        let words = bytes[6..<end - 1].split(
            separator: 0x20, maxSplits: 4, omittingEmptySubsequences: false)
        if words[0].elementsEqual("UNKNOWN".utf8) { return "\(end + 1) nobody" }
        let isIPv6 = words[0].elementsEqual("TCP6".utf8)
        guard words.count == 5, isIPv6 || words[0].elementsEqual("TCP4".utf8),
            let source = PlainAddress.bytes(words[1], isIPv6: isIPv6),
            PlainAddress.bytes(words[2], isIPv6: isIPv6) != nil,
            let port = number(words[3]), port <= 65535, let other = number(words[4]), other <= 65535
        else { return "refused" }
        let padded = source + [UInt8](repeating: 0, count: 16 - source.count)
        let high = padded[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        let low = padded[8...].reduce(0) { $0 << 8 | UInt64($1) }
        return "\(end + 1) \(isIPv6) \(high) \(low) \(port)"
    }

    private static func number(_ word: ArraySlice<UInt8>) -> Int? {
        guard !word.isEmpty, word.count <= 5, word.allSatisfy({ (0x30...0x39).contains($0) }),
            word.count == 1 || word.first != 0x30
        else { return nil }
        return word.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}
