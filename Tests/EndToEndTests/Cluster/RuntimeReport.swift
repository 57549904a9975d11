import Foundation
import TestSupport

/// What the image `runtime` says of a request.
struct RuntimeReport: Decodable {
    struct Request: Decodable {
        var uri: String
        var host: String
        var method: String
        var headers: [String: [String]]
        var protoMajor: Int
    }

    struct Host: Decodable {
        var name: String
    }

    var request: Request
    var host: Host

    /// Reads one from an answer, which must be 200.
    init(_ answer: Message) throws {
        guard answer.status == 200 else {
            throw TestFault("\(answer.startLine) \(answer.bodyText)")
        }
        self = try JSONDecoder().decode(Self.self, from: Data(answer.body))
    }

    /// All values of a field, by Go's spelling of its name.
    func values(_ name: String) -> [String] { request.headers[name] ?? [] }
}
