internal import NIOHTTP1

/// One request to the API server.
struct APICall: Sendable {
    var method: HTTPMethod = .GET
    /// Path and query, without the server's prefix.
    var target: String
    var body: [UInt8]?
    var contentType = "application/json"
}
