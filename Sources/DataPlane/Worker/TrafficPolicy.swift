/// How traffic is treated, apart from the table: what may change while it flows.
package struct TrafficPolicy: Hashable, Sendable {
    /// Whether connections to external listeners begin with a PROXY header.
    package var proxyProtocol = ProxyProtocol.off
    /// How many proxies in front are trusted to have written `X-Forwarded-For`.
    package var trustedHops = 0
    /// Whether exchanges are told to the access log.
    package var logsAccess = false
    /// Nanoseconds that an exchange may go without a byte in either direction; 0: for ever.
    package var streamIdleTimeout: UInt64 = 0
    /// Suites of TLS 1.2 in OpenSSL's syntax; `TLSPolicy.check` must hold.
    package var tlsCiphers: String

    package init(tlsCiphers: String) { self.tlsCiphers = tlsCiphers }
}
