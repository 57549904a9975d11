import Testing

/// What the client and the upstream speak.
struct Pair: Sendable, CaseIterable, CustomTestStringConvertible {
    /// A version of HTTP, without TLS.
    enum Version: String, Sendable, CaseIterable {
        case http1
        case http2
    }

    var client: Version
    var upstream: Version

    static let allCases = Version.allCases.flatMap { client in
        Version.allCases.map { Pair(client: client, upstream: $0) }
    }
    /// Those with an HTTP/2 client.
    static let fromHTTP2 = allCases.filter { $0.client == .http2 }
    /// Those with an HTTP/2 upstream.
    static let toHTTP2 = allCases.filter { $0.upstream == .http2 }

    var testDescription: String { "\(client.rawValue) to \(upstream.rawValue)" }
}
