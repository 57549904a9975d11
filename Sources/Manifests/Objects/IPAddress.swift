internal import Bytes
import Routing

/// IP addresses as manifests write them: `IPLiteral` reads them.
enum IPAddress {
    /// `127.0.0.1:9001` or `[::1]:9001`.
    static func withPort(_ text: String) -> AddressSource? {
        let bytes = Array(text.utf8)
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
            let port = port(bytes[(colon + 1)...])
        else { return nil }
        var host = bytes[..<colon]
        let isBracketed =
            host.first == UInt8(ascii: "[") && host.last == UInt8(ascii: "]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard let literal = IPLiteral(host.span), literal.isIPv6 == isBracketed else { return nil }
        return AddressSource(ip: literal.bytes, port: port)
    }

    /// 1 to 65535.
    private static func port(_ digits: ArraySlice<UInt8>) -> UInt16? {
        if digits.isEmpty { return nil }
        var port = 0
        for digit in digits {
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            port = port * 10 + Int(digit - UInt8(ascii: "0"))
            if port > Int(UInt16.max) { return nil }
        }
        return port > 0 ? UInt16(port) : nil
    }

    /// 4 or 16 bytes in network order.
    static func bytes(_ text: String) -> [UInt8]? { IPLiteral(text.utf8.span)?.bytes }
}
