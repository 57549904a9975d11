package import Bytes

/// An address of an upstream, with its identity over all snapshots.
package struct Destination: Sendable {
    /// The same for the same address, port, protocol and demands on TLS, in whatever set, while it
    /// is in use.
    package let id: Handle
    /// Over TLS, HTTP/2 is what ALPN offers first.
    package let protocolToUpstream: UpstreamProtocol
    package let isTLS: Bool
    /// Names of which the certificate must have one, as TLS takes them; valid during the worker's
    /// turn only.
    ///
    /// Each stands behind its length in one byte; empty in plain text.
    package let names: BlockView
    /// The address in network order: 16 bytes for IPv6; IPv4 is the first four.
    package let high: UInt64
    package let low: UInt64
    package let isIPv6: Bool
    package let port: UInt16
}
