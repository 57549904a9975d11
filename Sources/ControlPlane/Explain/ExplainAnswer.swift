package import Routing

/// An explanation, and what TLS has to say before any route is asked.
package struct ExplainAnswer: Encodable, Sendable {
    package let explanation: Explanation
    /// Why the handshake, or the connection, may not be the request's; nil where it is.
    package let handshake: String?

    private enum Key: String, CodingKey { case handshake }

    /// For people, several lines, each ended by a line feed.
    package var text: String {
        explanation.text + (handshake.map { "but: \($0)\n" } ?? "")
    }

    /// For programs: the explanation's object, with `handshake` where there is something to say.
    package var json: String { JSONText.of(self) }

    /// Writes the explanation's own keys, and `handshake` beside them.
    package func encode(to encoder: any Encoder) throws {
        try explanation.encode(to: encoder)
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(handshake, forKey: .handshake)
    }
}
