/// A status that a gRPC client was given.
struct GRPCStatus: Decodable {
    var code: String
    var details: String
}
