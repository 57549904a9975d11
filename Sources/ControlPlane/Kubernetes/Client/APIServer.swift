internal import Foundation

/// The address of an API server.
package struct APIServer: Hashable, Sendable, CustomStringConvertible {
    package var isTLS: Bool
    /// A name or an IP address, IPv6 without brackets.
    package var host: String
    package var port: Int
    /// What stands before `/api`; without a slash at its end, mostly empty.
    package var prefix: String

    package init(isTLS: Bool, host: String, port: Int, prefix: String = "") {
        self.isTLS = isTLS
        self.host = host
        self.port = port
        self.prefix = prefix
    }

    /// Reads a text like `https://api.example.com:6443/clusters/one`; nil for any other.
    package init?(_ text: String) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme,
            ["https", "http"].contains(scheme), let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else { return nil }
        isTLS = scheme == "https"
        self.host =
            host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? (isTLS ? 443 : 80)
        prefix = parts.percentEncodedPath
        while prefix.hasSuffix("/") { prefix.removeLast() }
        guard (1...65535).contains(port) else { return nil }
    }

    /// Host and port as in a URL.
    package var authority: String { Self.bracketed(host) + ":\(port)" }

    package var description: String { (isTLS ? "https://" : "http://") + authority + prefix }

    static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}
