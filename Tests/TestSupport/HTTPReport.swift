import Foundation

/// What h1_upstream.py and h2c_upstream.py say of a request.
package struct HTTPReport: Decodable, Sendable {
    package var name: String
    /// Which of its connections the request came on, counted from 1.
    package var connection: Int
    /// Pairs of name and value, as they came.
    package var headers: [[String]]
    package var trailers: [[String]]
    /// Of the body.
    package var length: Int
    package var sha256: String

    /// Reads one from a response's body.
    package init(_ text: some StringProtocol) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    }

    /// All values of a field.
    package func values(_ name: String) -> [String] {
        headers.filter { $0[0].lowercased() == name }.map { $0[1] }
    }
}
