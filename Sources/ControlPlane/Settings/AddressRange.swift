internal import Bytes

/// A network: an address and how many of its leading bits count.
package struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 bytes in network order; the bits after `prefix` are zero.
    package let ip: [UInt8]
    /// 0 to 32, or to 128.
    package let prefix: Int

    /// Reads `10.0.0.0/8`, `fd00::/8`, or a single address.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let bytes = IPText.bytes(of: String(parts[0])) else { return nil }
        var prefix = bytes.count * 8
        if parts.count == 2 {
            guard let given = Int(parts[1]), (0...prefix).contains(given) else { return nil }
            prefix = given
        }
        self.prefix = prefix
        self.ip = bytes.enumerated().map { index, byte in
            let bits = min(8, max(0, prefix - index * 8))
            return bits == 0 ? 0 : byte & (0xFF << UInt8(8 - bits))
        }
    }

    package var description: String { "\(IPText.text(of: ip))/\(prefix)" }
}
