internal import Routing

/// Reads lists of networks in CIDR form, parted by commas or blanks; an address is itself.
enum NetworkList {
    /// LIMIT: networks of one list.
    static let countMax = TableLimits.networksMax

    static func read(_ text: String, _ cursor: Cursor, _ flaws: inout Flaws) -> [NetworkSource] {
        let parts = text.split { $0 == "," || $0.isWhitespace }
        if parts.isEmpty {
            flaws.warn(cursor, "is empty: it lets nobody in", right: "write networks")
        }
        if parts.count > countMax {
            flaws.refuse(
                cursor, "\(parts.count) networks", right: "at most \(countMax) would be right")
            return []
        }
        var networks: [NetworkSource] = []
        for part in parts {
            guard let (ip, prefix) = parse(part) else {
                flaws.refuse(
                    cursor, "\"\(part)\" is no network",
                    right: "write addresses with prefixes: 10.0.0.0/8, fd00::/8")
                continue
            }
            let network = NetworkSource(ip: masked(ip, prefix), prefix: prefix)
            if network.ip != ip {
                flaws.warn(
                    cursor, "\(part) has bits behind its prefix: they do not count",
                    right: "write the network's first address")
            }
            if !networks.contains(network) { networks.append(network) }
        }
        return networks
    }

    private static func parse(_ text: Substring) -> (ip: [UInt8], prefix: Int)? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let ip = IPAddress.bytes(String(parts[0])) else { return nil }
        var prefix = ip.count * 8
        if parts.count == 2 {
            let digits = parts[1]
            guard (1...3).contains(digits.utf8.count),
                digits.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }),
                let number = Int(digits), number <= prefix
            else { return nil }
            prefix = number
        }
        // RFC 4291 §2.5.5.2: clients of a dual-stack socket are known by their IPv4 address.
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        if ip.count == 16, prefix >= 96, ip.starts(with: mapped) {
            return (Array(ip[12...]), prefix - 96)
        }
        return (ip, prefix)
    }

    private static func masked(_ ip: [UInt8], _ prefix: Int) -> [UInt8] {
        ip.enumerated().map { index, byte in
            let bits = min(max(prefix - index * 8, 0), 8)
            return byte & UInt8(truncatingIfNeeded: 0xFF00 >> bits)
        }
    }
}
