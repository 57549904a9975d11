internal import TLS

/// The ConfigMap config-weir: the keys of Kourier's config-kourier (§5.2), and what becomes of them.
///
/// Nil means that the settings decide.
package struct GatewayMap: Hashable, Sendable {
    /// The ConfigMap's name; Kourier's users rename theirs.
    static let name = "config-weir"

    /// Whether exchanges are written into the access log.
    package var logsAccess: Bool?
    /// Whether connections to external listeners must begin with a PROXY header.
    package var requiresProxyProtocol: Bool?
    /// Proxies in front that are trusted.
    package var trustedHops: Int?
    /// Nanoseconds that an exchange may go without a byte; 0 is for ever.
    package var streamIdleTimeout: UInt64?
    /// Suites of TLS 1.2 in OpenSSL's syntax.
    package var ciphers: String?
    /// Where listeners are opened, at the next start.
    package var listenAddresses: [[UInt8]] = []
    /// Keys that ask for what this gateway does not do, and without which it must not serve.
    package var refusals: [String] = []

    /// `namespace/name` of the certificate for all external hosts, and of that for internal ones.
    var externalCertificate: String?
    var internalCertificate: String?

    /// Keys that Kourier reads, and that ask for nothing here.
    private static let settled: [String: String] = [
        "use-remote-address": "the client's own address always counts",
        "disable-envoy-server-header": "the revision's Server field always passes",
    ]
    private static let unsupported: Set<String> = [
        "service-access-log-template", "enable-cryptomb", "tracing-endpoint", "tracing-protocol",
        "tracing-sampling-rate", "tracing-service-name",
    ]
    private static let restricting = "extauthz-"

    /// LIMIT: a day.
    private static let idleTimeMax: Int64 = 86_400_000_000_000

    /// Nothing said.
    package init() {}

    init(_ data: Cursor, _ options: ManifestOptions, _ flaws: inout Flaws) {
        var names = (name: "", namespace: "")
        for (key, cursor) in data.entries(&flaws) {
            let text = cursor.text(&flaws)
            if key.hasPrefix("_") || text.isEmpty { continue }
            switch key {
            case "enable-service-access-logging": logsAccess = Self.flag(text, cursor, &flaws)
            case "enable-proxy-protocol": requiresProxyProtocol = Self.flag(text, cursor, &flaws)
            case "trusted-hops-count": trustedHops = Self.hops(text, cursor, &flaws)
            case "stream-idle-timeout": streamIdleTimeout = Self.time(text, cursor, &flaws)
            case "cipher-suites": ciphers = Self.ciphers(text, cursor, &flaws)
            case "cluster-cert-secret":
                internalCertificate = "\(options.systemNamespace)/\(text)"
            case "certs-secret-name": names.name = text
            case "certs-secret-namespace": names.namespace = text
            case "listen-ip-addresses": listenAddresses = Self.addresses(text, cursor, &flaws)
            default: readOther(key, text, cursor, &flaws)
            }
        }
        guard !names.name.isEmpty else { return }
        let namespace = names.namespace.isEmpty ? options.systemNamespace : names.namespace
        externalCertificate = "\(namespace)/\(names.name)"
    }

    private mutating func readOther(
        _ key: String, _ text: String, _ cursor: Cursor, _ flaws: inout Flaws
    ) {
        if Self.settled[key] != nil { return }
        if key.hasPrefix(Self.restricting) {
            // The host alone turns it on.
            guard key == "extauthz-host" else { return }
            refusals.append("\(Self.name): \(key): requests cannot be authorized outside")
            flaws.warn(
                cursor, "requests cannot be authorized outside, so this replica is not ready",
                right: "remove the key")
            return
        }
        let known = Self.unsupported.contains(key)
        flaws.warn(
            cursor, known ? "is not supported" : "no such key",
            right: known ? "remove the key" : "remove it, or correct its spelling")
    }

    private static func flag(
        _ text: String, _ cursor: Cursor, _ flaws: inout Flaws
    ) -> Bool? {
        // As Go reads booleans.
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": return true
        case "0", "f", "F", "false", "FALSE", "False": return false
        default:
            flaws.refuse(cursor, "invalid value: \(text)", right: "write true or false")
            return nil
        }
    }

    private static func ciphers(
        _ text: String, _ cursor: Cursor, _ flaws: inout Flaws
    ) -> String? {
        let list = text.filter { $0 != " " }.replacing(",", with: ":")
        guard TLSPolicy.check(ciphers: list) else {
            flaws.refuse(
                cursor, "\"\(text)\" names a suite that is not known or not allowed",
                right: "write suites with ECDHE and AEAD like ECDHE-ECDSA-AES128-GCM-SHA256")
            return nil
        }
        return list
    }

    private static func hops(_ text: String, _ cursor: Cursor, _ flaws: inout Flaws) -> Int? {
        guard let hops = Int(text), (0...16).contains(hops) else {
            flaws.refuse(cursor, "invalid value: \(text)", right: "write a number from 0 to 16")
            return nil
        }
        return hops
    }

    private static func time(_ text: String, _ cursor: Cursor, _ flaws: inout Flaws) -> UInt64? {
        guard let time = GoDuration.nanoseconds(text), (0...idleTimeMax).contains(time) else {
            flaws.refuse(
                cursor, "invalid value: \(text)", right: "write a time like 50s, up to 24h")
            return nil
        }
        return UInt64(time)
    }

    private static func addresses(
        _ text: String, _ cursor: Cursor, _ flaws: inout Flaws
    ) -> [[UInt8]] {
        text.split(separator: ",").compactMap { part in
            let address = IPAddress.bytes(String(part.filter { $0 != " " }))
            if address == nil {
                flaws.refuse(cursor, "\"\(part)\" is no IP address", right: "write IPv4 or IPv6")
            }
            return address
        }
    }
}
