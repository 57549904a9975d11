/// What grpc_client.py says in most of its modes; what a mode does not say is nil.
struct GRPCAnswer: Decodable {
    var calls: Int?
    var kinds: [String: Int]?
    /// Answers by upstream.
    var names: [String: Int]?
    var streams: Int?
    var statuses: Int?
    var cancelled: Int?
    var remaining: Double?
}
