import Bytes
import HTTP

/// Request targets, hosts and addresses: what is accepted obeys the grammar, written here once more.
///
/// The input is a target, a line end, and a Host.
enum TargetSubject {
    static func check(_ bytes: [UInt8]) throws(Finding) {
        let parts = bytes.split(separator: 0x0a, maxSplits: 1, omittingEmptySubsequences: false)
        let target = Array(parts.first ?? [])
        let host = Array(parts.count > 1 ? parts[1] : [])
        try checkAddress(host)
        for method in ["GET", "OPTIONS"] { try checkHead(method, target, host) }
    }

    private static func checkHead(
        _ method: String, _ target: [UInt8], _ host: [UInt8]
    ) throws(Finding) {
        // What ends a line or stands around a value is the head's affair.
        guard !target.contains(where: { $0 == 0x0d || $0 == 0x20 }),
            !host.contains(where: { $0 == 0x0a || $0 == 0x0d }), host.first != 0x20,
            host.first != 0x09, host.last != 0x20, host.last != 0x09
        else { return }
        let text =
            Array("\(method) ".utf8) + target + Array(" HTTP/1.1\r\nHost: ".utf8) + host
            + Array("\r\n\r\n".utf8)
        var head = Head()
        var parser = RequestHeadParser()
        let status = parser.parse(text.span, into: &head, limits: HeadLimits())
        func at(_ slice: Slice) -> [UInt8] { Array(text[slice.range]) }
        guard case .complete = status else {
            // A plain path with a plain host is never refused.
            let isPlain =
                target.first == 0x2f && target.allSatisfy { isTarget($0) } && target.count < 16_000
                && host == plainHost(host) && host.last != 0x2e
            return try demand(!isPlain, "refused: \(shown(target)) of \(shown(host)): \(status)")
        }
        let (path, found) = (at(head.path), at(head.host))
        try demand(target.allSatisfy { isTarget($0) }, "target \(shown(target))")
        try demand(!path.isEmpty && !path.contains(0x3f), "path \(shown(path))")
        try demand(
            path.first == 0x2f || (path == [0x2a] && method == "OPTIONS"), "path \(shown(path))")
        try demand(found, equals: plainHost(at(head.authority)) ?? [], "host")
        if target.first == 0x2f {
            try demand(at(head.target), equals: target, "target")
            try demand(path, equals: Array(target.prefix { $0 != 0x3f }), "path")
            try demand(at(head.authority), equals: host, "authority")
        }
    }

    private static func isTarget(_ byte: UInt8) -> Bool {
        (0x21..<0x7f).contains(byte) && byte != 0x23
    }

    /// The host within an authority, by its grammar; nil where it is none.
    private static func plainHost(_ authority: [UInt8]) -> [UInt8]? {
        var host = authority[...]
        let isBracketed = host.first == 0x5b
        let afterBracket = isBracketed ? (host.firstIndex(of: 0x5d) ?? 0) : 0
        if let colon = host[afterBracket...].firstIndex(of: 0x3a) {
            let port = host[(colon + 1)...]
            let digits = port.allSatisfy { (0x30...0x39).contains($0) }
            guard digits, (1...5).contains(port.count), port.first != 0x30,
                port.reduce(0, { $0 * 10 + Int($1 - 0x30) }) <= 65535
            else { return nil }
            host = host[..<colon]
        }
        guard host.count <= 255 else { return nil }
        if isBracketed {
            guard host.last == 0x5d, host.count > 2 else { return nil }
            let inside = host.dropFirst().dropLast()
            let isAddress = inside.allSatisfy {
                $0 == 0x3a || $0 == 0x2e || hexadecimal.contains($0)
            }
            return isAddress && inside.count(where: { $0 == 0x3a }) >= 2 ? Array(host) : nil
        }
        guard host.allSatisfy({ name.contains($0) }) else { return nil }
        if host.last == 0x2e { host = host.dropLast() }
        return host.isEmpty ? nil : Array(host)
    }

    private static let hexadecimal = Set("0123456789abcdefABCDEF".utf8)
    private static let name = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)

    /// An address is what the C library says, and what is written of it is read as the same.
    private static func checkAddress(_ text: [UInt8]) throws(Finding) {
        let literal = IPLiteral(text.span)
        let plain =
            PlainAddress.bytes(text, isIPv6: text.contains(0x3a))
        try demand(literal?.bytes, equals: plain, "address \(shown(text))")
        guard let bytes = literal?.bytes else { return }
        try demand(IPText.bytes(of: IPText.text(of: bytes)), equals: bytes, "written address")
    }
}
