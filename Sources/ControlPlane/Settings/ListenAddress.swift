internal import Bytes

/// An address and port to listen at, as given in the settings.
package struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 bytes in network order; nil means all addresses of this machine.
    package var ip: [UInt8]?
    /// 0 lets the kernel choose.
    package var port: UInt16

    package init(ip: [UInt8]?, port: UInt16) {
        self.ip = ip
        self.port = port
    }

    /// Reads `127.0.0.1:80`, `[::1]:80`, `localhost:80`, `:80` or `*:80`.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            let port = UInt16(text[text.index(after: colon)...])
        else { return nil }
        var host = text[..<colon]
        self.port = port
        switch host {
        case "", "*": ip = nil
        case "localhost": ip = [127, 0, 0, 1]
        default:
            let isBracketed = host.first == "[" && host.last == "]"
            if isBracketed { host = host.dropFirst().dropLast() }
            guard let bytes = IPText.bytes(of: String(host)), isBracketed == (bytes.count == 16)
            else {
                return nil
            }
            ip = bytes
        }
    }

    /// Can be reached from this machine only.
    package var isLoopback: Bool {
        guard let ip else { return false }
        return ip.count == 4 ? ip[0] == 127 : ip == [UInt8](repeating: 0, count: 15) + [1]
    }

    package var description: String {
        guard let ip else { return ":\(port)" }
        return ip.count == 4 ? "\(IPText.text(of: ip)):\(port)" : "[\(IPText.text(of: ip))]:\(port)"
    }
}
