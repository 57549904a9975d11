import Testing

/// What a WebSocket's client and its upstream speak.
struct WebSocketWay: Sendable, CustomTestStringConvertible {
    var isClientHTTP2: Bool
    var transport: Transport
    var upstream: UpstreamKind

    static let all = [false, true].flatMap { isClientHTTP2 in
        Transport.allCases.flatMap { transport in
            UpstreamKind.allCases.map {
                WebSocketWay(isClientHTTP2: isClientHTTP2, transport: transport, upstream: $0)
            }
        }
    }

    /// The client's program in Tests/Clients.
    var client: String { isClientHTTP2 ? "h2ws_client" : "ws_client" }
    var testDescription: String { "\(client), \(transport), to \(upstream)" }
}
