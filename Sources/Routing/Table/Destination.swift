package import Bytes

/// An address of an upstream, with its identity over all snapshots.
package struct Destination: Sendable {
    /// The same for the same address, port and protocol, in whatever set, while it is in use.
    package let id: Handle
    package let protocolToUpstream: UpstreamProtocol
    /// The address in network order: 16 bytes for IPv6; IPv4 is the first four.
    package let high: UInt64
    package let low: UInt64
    package let isIPv6: Bool
    package let port: UInt16
}
