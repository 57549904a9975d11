/// What ws_client.py and h2ws_client.py say; what a mode does not say is nil.
struct WebSocketAnswer: Decodable {
    /// The handshake as the upstream got it.
    struct Head: Decodable {
        var path: String
        var headers: [[String]]

        /// All values of a field.
        func values(_ name: String) -> [String] {
            headers.filter { $0[0].lowercased() == name }.map { $0[1] }
        }
    }

    var name: String?
    var head: Head?
    var connections: Int?
    var names: [String: Int]?
    var status: Int?
    var headers: [[String]]?
    /// Closes by code.
    var codes: [String: Int]?
}
