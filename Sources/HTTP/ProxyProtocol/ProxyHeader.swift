internal import Bytes

/// The header by which a proxy in front says whom it speaks for.
///
/// HAProxy's PROXY protocol, versions 1 (text) and 2 (binary). Address families other than IP,
/// and the proxy's own health checks, name no client: the connection's own address stays.
package struct ProxyHeader: BitwiseCopyable, Sendable {
    /// LIMIT: bytes of a version 2 header with its extensions; real ones are below 600.
    static let sizeMax = 4096
    /// Longest version 1 header, its line end included (§2.1 of the protocol).
    static let lineMax = 107

    /// What reading came to.
    package enum Status: BitwiseCopyable, Sendable {
        /// So many bytes are the header; what follows is the client's.
        case complete(ProxyHeader, length: Int)
        case needsMore
        /// Not such a header, or a broken one.
        case refused
    }

    /// The client's address in network order: 16 bytes for IPv6; IPv4 is in the first four.
    package private(set) var high: UInt64 = 0
    package private(set) var low: UInt64 = 0
    package private(set) var port: UInt16 = 0
    package private(set) var isIPv6 = false
    /// Whether the header names a client by IP address.
    package private(set) var hasClient = false

    /// Reads the header that a connection must begin with.
    package static func parse(_ bytes: Span<UInt8>) -> Status {
        if bytes.isEmpty { return .needsMore }
        return bytes[0] == Self.signature[0] ? parseBinary(bytes) : parseText(bytes)
    }

    // MARK: Version 1

    private static func parseText(_ bytes: Span<UInt8>) -> Status {
        let prefix: StaticString = "PROXY "
        let common = min(bytes.count, prefix.utf8CodeUnitCount)
        let expected = ByteScan.bytes(of: prefix).extracting(first: common)
        guard ByteScan.equal(bytes.extracting(first: common), expected) else { return .refused }
        let end = ByteScan.first(0x0a, in: bytes, from: 0)
        if end >= Self.lineMax { return .refused }
        if end == bytes.count { return .needsMore }
        guard bytes[end - 1] == 0x0d else { return .refused }
        let line = bytes.extracting(prefix.utf8CodeUnitCount..<end - 1)
        guard let header = header(ofText: line) else { return .refused }
        return .complete(header, length: end + 1)
    }

    /// `TCP4 source destination port port`, or anything behind `UNKNOWN`.
    private static func header(ofText line: Span<UInt8>) -> ProxyHeader? {
        var rest = line
        let family = word(&rest)
        if ByteScan.equal(family, "UNKNOWN") { return ProxyHeader() }
        let isIPv6 = ByteScan.equal(family, "TCP6")
        guard isIPv6 || ByteScan.equal(family, "TCP4") else { return nil }
        guard let source = IPLiteral(word(&rest)), let target = IPLiteral(word(&rest)),
            source.isIPv6 == isIPv6, target.isIPv6 == isIPv6,
            let port = Decimal.parse(word(&rest), max: 65535),
            Decimal.parse(rest, max: 65535) != nil
        else { return nil }
        var header = ProxyHeader()
        header.high = source.high
        header.low = source.low
        header.isIPv6 = isIPv6
        header.port = UInt16(port)
        header.hasClient = true
        return header
    }

    /// Takes what stands before the next blank, and the blank.
    @_lifetime(copy rest)
    private static func word(_ rest: inout Span<UInt8>) -> Span<UInt8> {
        let end = ByteScan.first(0x20, in: rest, from: 0)
        let word = rest.extracting(first: end)
        rest = rest.extracting(min(end + 1, rest.count)..<rest.count)
        return word
    }

    // MARK: Version 2

    private static let signature: InlineArray<12, UInt8> = [
        0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
    ]

    private static func parseBinary(_ bytes: Span<UInt8>) -> Status {
        for index in 0..<min(12, bytes.count) where bytes[index] != signature[index] {
            return .refused
        }
        if bytes.count < 16 { return .needsMore }
        let command = bytes[12]
        guard command == 0x20 || command == 0x21 else { return .refused }
        let length = 16 + Int(bytes[14]) << 8 + Int(bytes[15])
        guard length <= Self.sizeMax else { return .refused }
        if bytes.count < length { return .needsMore }
        // LOCAL: the proxy speaks for itself.
        if command == 0x20 { return .complete(ProxyHeader(), length: length) }
        guard let header = header(ofFamily: bytes[13], bytes.extracting(16..<length)) else {
            return .refused
        }
        return .complete(header, length: length)
    }

    private static func header(ofFamily family: UInt8, _ bytes: Span<UInt8>) -> ProxyHeader? {
        var header = ProxyHeader()
        switch family {
        case 0x11:
            guard bytes.count >= 12 else { return nil }
            header.high = word(bytes, 0, 4) << 32
            header.port = UInt16(word(bytes, 8, 2))
        case 0x21:
            guard bytes.count >= 36 else { return nil }
            header.high = word(bytes, 0, 8)
            header.low = word(bytes, 8, 8)
            header.port = UInt16(word(bytes, 32, 2))
            header.isIPv6 = true
        default:
            // Unspecified, datagrams, Unix sockets: nobody that we could name.
            return header
        }
        header.hasClient = true
        return header
    }

    private static func word(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in start..<start + count { word = word << 8 | UInt64(bytes[index]) }
        return word
    }
}
