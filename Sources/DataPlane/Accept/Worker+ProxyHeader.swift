import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// The PROXY header, by which a load balancer says whom a connection is from.
extension Worker {
    /// Whether a connection from there may, or must, begin with a PROXY header.
    mutating func expectsProxyHeader(from remote: SocketAddress, isExternal: Bool) -> Bool {
        guard isExternal else { return false }
        switch policy.proxyProtocol {
        case .off: return false
        case .required: return true
        case .trusted: return trustedNetworks.contains(remote)
        }
    }

    /// Whether `X-Forwarded-*` from there is believed.
    ///
    /// Hops that are counted without a network stand in front of the external listeners.
    mutating func isTrusted(_ remote: SocketAddress, isExternal: Bool) -> Bool {
        trustedNetworks.isEmpty
            ? isExternal && policy.trustedHops > 0 : trustedNetworks.contains(remote)
    }

    /// Reads the header in front of everything else; false when it is not all there.
    mutating func readProxyHeader(_ client: Handle, _ input: inout Buffer) -> Bool {
        switch ProxyHeader.parse(input.bytes) {
        case .complete(let header, let length):
            input.consume(length)
            if header.hasClient { take(header, for: client) }
            return greet(client, &input)
        case .needsMore:
            if receiveRaw(client, &input) { return true }
            if connections.contains(client), connections[client].isReadClosed {
                closeConnection(client)
            }
            return false
        case .refused where policy.proxyProtocol == .trusted:
            // Such a client may also come without.
            return greet(client, &input)
        case .refused:
            tally.rejected(Rejection.proxyHeader)
            closeConnection(client)
            return false
        }
    }

    /// Goes on to what the listener speaks, of which the first bytes may be there already.
    private mutating func greet(_ client: Handle, _ input: inout Buffer) -> Bool {
        connections[client].idleSince = now
        guard countSource(client) else {
            refuseSource(client)
            return false
        }
        beginConversation(client)
        return connections[client].isTLS ? openReceived(client, &input) : true
    }

    private mutating func take(_ header: ProxyHeader, for client: Handle) {
        var address = SocketAddress()
        address.high = header.high
        address.low = header.low
        address.isIPv6 = header.isIPv6
        address.port = header.port
        connections[client].remote = address.unmapped
        connections[client].isTrusted = isTrusted(
            connections[client].remote, isExternal: connections[client].isExternal)
    }
}
