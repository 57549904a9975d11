import Routing

/// Reads IP literals; names are never resolved here.
enum IPAddress {
    /// `127.0.0.1:9001` or `[::1]:9001`.
    static func withPort(_ text: String) -> AddressSource? {
        let bytes = Array(text.utf8)
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
            let port = port(bytes[(colon + 1)...])
        else { return nil }
        let host = bytes[..<colon]
        if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") {
            let inner = String(decoding: host.dropFirst().dropLast(), as: UTF8.self)
            return version6(inner).map { AddressSource(ip: $0, port: port) }
        }
        return version4(host).map { AddressSource(ip: $0, port: port) }
    }

    /// 1 to 65535.
    private static func port(_ digits: ArraySlice<UInt8>) -> UInt16? {
        if digits.isEmpty { return nil }
        var port = 0
        for digit in digits {
            guard isDigit(digit) else { return nil }
            port = port * 10 + Int(digit - UInt8(ascii: "0"))
            if port > Int(UInt16.max) { return nil }
        }
        return port > 0 ? UInt16(port) : nil
    }

    /// 4 or 16 bytes in network order.
    static func bytes(_ text: String) -> [UInt8]? {
        version4(text) ?? version6(text)
    }

    /// Four decimal numbers without leading zeros.
    static func version4(_ text: String) -> [UInt8]? { version4(Array(text.utf8)[...]) }

    private static func version4(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4)
        var number: Int?
        for byte in text {
            if byte == UInt8(ascii: ".") {
                guard let whole = number, bytes.count < 3 else { return nil }
                bytes.append(UInt8(whole))
                number = nil
                continue
            }
            guard isDigit(byte), number != 0 else { return nil }
            let value = (number ?? 0) * 10 + Int(byte - UInt8(ascii: "0"))
            guard value <= Int(UInt8.max) else { return nil }
            number = value
        }
        guard let last = number, bytes.count == 3 else { return nil }
        bytes.append(UInt8(last))
        return bytes
    }

    /// RFC 4291 §2.2: groups, one `::`, an IPv4 tail; no zone.
    static func version6(_ text: String) -> [UInt8]? {
        let halves = split(text)
        guard halves.count <= 2, let head = groups(halves[0], mayEndInIPv4: halves.count == 1)
        else { return nil }
        guard halves.count == 2 else { return head.count == 16 ? head : nil }
        guard let tail = groups(halves[1], mayEndInIPv4: true), head.count + tail.count <= 14
        else { return nil }
        return head + [UInt8](repeating: 0, count: 16 - head.count - tail.count) + tail
    }

    /// The parts around each `::`.
    private static func split(_ text: String) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == ":", next < text.endIndex, text[next] == ":" {
                parts.append(text[start..<index])
                start = text.index(after: next)
                index = start
            } else {
                index = next
            }
        }
        return parts + [text[start...]]
    }

    private static func groups(_ text: Substring, mayEndInIPv4: Bool) -> [UInt8]? {
        if text.isEmpty { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, mayEndInIPv4, let tail = version4(String(part)) {
                return bytes.count <= 12 ? bytes + tail : nil
            }
            guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
                let group = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes.count <= 16 ? bytes : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }
}
