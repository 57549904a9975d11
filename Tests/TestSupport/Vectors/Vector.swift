/// One request, what a strict reader makes of it, and what the gateway must send on.
///
/// The table of all of them stands on three files; `HTTPTests` holds it against the parser, at
/// every cut, and `EndToEndTests` against the running gateway.
package struct Vector: Sendable, CustomStringConvertible {
    package var name: String
    package var input: [UInt8]
    package var expected: Outcome
    /// What the upstream receives, byte for byte, less the fields that the gateway adds to every
    /// request (`OwnFields`); nil when nothing may reach an upstream.
    package var sent: Sent?
    /// Where the rule stands.
    package var rule: String

    /// A whole message, written out.
    package init(
        _ name: String, raw: String, gives expected: Outcome, sends sent: Sent? = nil,
        _ rule: String
    ) {
        self.name = name
        self.input = Array(raw.utf8)
        self.expected = expected
        self.sent = sent
        self.rule = rule
    }

    /// `POST /` with Host, these field lines and this body.
    package init(
        _ name: String, post lines: String..., body: String = "", gives expected: Outcome,
        sends sent: Sent? = nil, _ rule: String
    ) {
        let head = (["POST / HTTP/1.1", "Host: a.example"] + lines).joined(separator: "\r\n")
        self.init(name, raw: head + "\r\n\r\n" + body, gives: expected, sends: sent, rule)
    }

    /// A chunked `POST /` with this body.
    package init(
        _ name: String, chunks body: String, gives expected: Outcome, sends sent: Sent? = nil,
        _ rule: String
    ) {
        self.init(
            name, post: "Transfer-Encoding: chunked", body: body, gives: expected, sends: sent, rule
        )
    }

    /// `GET /` with Host and these field lines.
    package init(
        _ name: String, get lines: String..., then rest: String = "", gives expected: Outcome,
        sends sent: Sent? = nil, _ rule: String
    ) {
        let head = (["GET / HTTP/1.1", "Host: a.example"] + lines).joined(separator: "\r\n")
        self.init(name, raw: head + "\r\n\r\n" + rest, gives: expected, sends: sent, rule)
    }

    /// This request line, then a Host.
    package init(
        _ name: String, line: String, host: String = "Host: a.example\r\n", gives expected: Outcome,
        sends sent: Sent? = nil, _ rule: String
    ) {
        self.init(
            name, raw: line + "\r\n" + host + "\r\n", gives: expected, sends: sent, rule)
    }

    package var description: String { name }

    /// True when the head is good and the fault stands in a chunk or a trailer: what came before
    /// it may have been sent on.
    package var isRefusedInBody: Bool {
        guard case .refused = expected else { return false }
        return chunkVectors.contains { $0.name == name }
    }
}
