/// What a client spoke, as the `protocol` label says it.
package enum RequestProtocol: UInt8, BitwiseCopyable, Sendable, CaseIterable {
    case http1
    case http2
    case grpc
    case websocket

    /// The label's value.
    package var name: StaticString {
        switch self {
        case .http1: "http1"
        case .http2: "http2"
        case .grpc: "grpc"
        case .websocket: "websocket"
        }
    }
}
