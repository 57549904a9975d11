import Testing

/// What an upstream speaks.
enum UpstreamKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case http1
    case h2c

    var testDescription: String { rawValue }
    /// The program that tells what it received.
    var reporter: String { self == .h2c ? "h2c_upstream" : "h1_upstream" }
    /// The program that echoes WebSocket messages.
    var echo: String { self == .h2c ? "h2ws_upstream" : "ws_upstream" }
}
