internal import Bytes
import Routing

/// IP addresses as manifests write them: `IPLiteral` reads them.
enum IPAddress {
    /// `127.0.0.1:9001` or `[::1]:9001`.
    static func withPort(_ text: Span<UInt8>) -> AddressSource? {
        var colon = text.count - 1
        while colon > 0, text[colon] != UInt8(ascii: ":") { colon -= 1 }
        guard colon > 0, let port = port(text.extracting((colon + 1)...)) else { return nil }
        let isBracketed =
            text[0] == UInt8(ascii: "[") && text[colon - 1] == UInt8(ascii: "]")
        let host = isBracketed ? 1..<max(colon - 1, 1) : 0..<colon
        guard let literal = IPLiteral(text.extracting(host)), literal.isIPv6 == isBracketed
        else { return nil }
        return AddressSource(ip: literal.bytes, port: port)
    }

    /// 1 to 65535.
    private static func port(_ digits: Span<UInt8>) -> UInt16? {
        var port = 0
        for index in digits.indices {
            let digit = digits[index]
            guard digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "9") else { return nil }
            port = port * 10 + Int(digit - UInt8(ascii: "0"))
            if port > Int(UInt16.max) { return nil }
        }
        return port > 0 ? UInt16(port) : nil
    }

    /// 4 or 16 bytes in network order.
    static func bytes(_ text: String) -> [UInt8]? { IPLiteral(text.utf8.span)?.bytes }
}
