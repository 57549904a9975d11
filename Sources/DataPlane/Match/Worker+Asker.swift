import Bytes
import HTTP
import Reactor
import Routing
import TLS
import Telemetry

/// Who asks: the client as trusted proxies tell of it, else as the transport does.
extension Worker {
    /// Notes for whom the exchange is, by the head that was just read from `bytes`.
    mutating func noteAsker(_ exchange: Handle, _ bytes: Span<UInt8>) {
        let client = exchanges[exchange].client
        exchanges[exchange].clientAddress = connections[client].remote
        exchanges[exchange].isSecure = connections[client].isTLS
        guard connections[client].isTrusted else { return }
        exchanges[exchange].clientAddress = forwardedFor(connections[client].remote, bytes)
        for index in 0..<head.fields.count where head.fields[index].known == .xForwardedProto {
            let value = bytes.extracting(head.fields[index].value.range)
            exchanges[exchange].isSecure = ByteScan.equal(value, ignoringCase: "https")
        }
    }

    /// Who asks, as a decision wants to know it.
    mutating func asker(_ exchange: Handle) -> Asker {
        let address = exchanges[exchange].clientAddress
        let client = exchanges[exchange].client
        return Asker(
            listener: connections[client].isExternal ? .external : .internal,
            isTLS: exchanges[exchange].isSecure,
            address: ClientAddress(
                high: address.high, low: address.low, isIPv6: address.isIPv6),
            provisionalKey: exchanges[exchange].issuedKey ?? sharedKey(exchange))
    }

    /// The key that the first streams of a client's connection share, before a cookie came back.
    ///
    /// A trusted proxy brings many clients over one connection: they share nothing.
    private mutating func sharedKey(_ exchange: Handle) -> StickyKey? {
        let client = exchanges[exchange].client
        guard !exchanges[exchange].clientStream.isNone, !connections[client].isTrusted,
            connections[client].provisionalUntil > now
        else { return nil }
        return connections[client].provisionalKey
    }

    /// Whether a request came over a connection that proves another host, or asked less of its
    /// client than the host wants (RFC 9110 §15.5.20).
    mutating func isMisdirected(_ client: Handle, _ bytes: Span<UInt8>) -> Bool {
        let connections = connections
        let host = bytes.extracting(head.host.range)
        if asksForClientCertificates,
            certificates.policy(ofHost: host) != connections[client].tls.policy
        {
            return true
        }
        let name = connections[client].tls.serverName
        // A client that named no server is told the default certificate's whole truth.
        if name.isEmpty || ByteScan.equal(name, ignoringCase: host) { return false }
        return !connections[client].tls.covers(host: host)
    }

    /// Whether a plain request from outside would reach a host that demands a client certificate.
    ///
    /// It should have been redirected; nothing that it says of itself may lead past that.
    mutating func lacksClientCertificate(
        _ exchange: Handle, _ decision: Decision, _ bytes: Span<UInt8>
    ) -> Bool {
        guard asksForClientCertificates, decision.kind != .redirect else { return false }
        let client = exchanges[exchange].client
        guard !connections[client].isTLS, connections[client].isExternal else { return false }
        return certificates.demandsCertificate(ofHost: bytes.extracting(head.host.range))
    }

    /// The address in X-Forwarded-For that is so many hops from its right end, or the first from
    /// there that is no trusted proxy's; `remote` when there is none.
    private mutating func forwardedFor(_ remote: SocketAddress, _ bytes: Span<UInt8>)
        -> SocketAddress
    {
        var found = remote
        var hops = 0
        var index = head.fields.count
        while index > 0 {
            index -= 1
            guard head.fields[index].known == .xForwardedFor else { continue }
            var rest = head.fields[index].value.range
            while let element = Self.lastElement(&rest, bytes) {
                guard let address = Self.address(bytes.extracting(element)) else { return found }
                hops += 1
                found = address
                if policy.trustedHops > 0 {
                    if hops == policy.trustedHops { return found }
                } else if !trustedNetworks.contains(found) {
                    return found
                }
            }
        }
        // Fewer hops than the settings promise: nobody before the last proxy can be named.
        return policy.trustedHops > 0 ? remote : found
    }

    /// Takes the last element off a comma-separated list; nil at its beginning.
    private static func lastElement(
        _ rest: inout Range<Int>, _ bytes: Span<UInt8>
    ) -> Range<Int>? {
        if rest.isEmpty { return nil }
        var start = rest.upperBound
        while start > rest.lowerBound, bytes[start - 1] != 0x2c { start -= 1 }
        var element = start..<rest.upperBound
        rest = rest.lowerBound..<max(start - 1, rest.lowerBound)
        while !element.isEmpty, ASCII.isBlank(bytes[element.lowerBound]) {
            element = element.lowerBound + 1..<element.upperBound
        }
        while !element.isEmpty, ASCII.isBlank(bytes[element.upperBound - 1]) {
            element = element.lowerBound..<element.upperBound - 1
        }
        return element
    }

    /// An address with or without brackets and a port, as proxies write them.
    private static func address(_ text: Span<UInt8>) -> SocketAddress? {
        var host = text
        if !host.isEmpty, host[0] == 0x5b {
            let end = ByteScan.first(0x5d, in: host, from: 1)
            host = host.extracting(1..<end)
        } else {
            let colon = ByteScan.first(0x3a, in: host, from: 0)
            let isOnly = ByteScan.first(0x3a, in: host, from: min(colon + 1, host.count))
            // One colon: an IPv4 address and its port.
            if colon < host.count, isOnly == host.count { host = host.extracting(first: colon) }
        }
        guard let literal = IPLiteral(host) else { return nil }
        var address = SocketAddress()
        address.high = literal.high
        address.low = literal.low
        address.isIPv6 = literal.isIPv6
        return address.unmapped
    }
}
