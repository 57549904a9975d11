import Testing

/// One message and what must become of it.
struct Vector: CustomTestStringConvertible, Sendable {
    var name: String
    var input: [UInt8]
    var expected: Outcome
    /// Where the rule stands.
    var rule: String

    /// A whole message, written out.
    init(_ name: String, raw: String, gives expected: Outcome, _ rule: String) {
        self.name = name
        self.input = Array(raw.utf8)
        self.expected = expected
        self.rule = rule
    }

    /// `POST /` with Host, these field lines and this body.
    init(
        _ name: String, post lines: String..., body: String = "", gives expected: Outcome,
        _ rule: String
    ) {
        let head = (["POST / HTTP/1.1", "Host: a.example"] + lines).joined(separator: "\r\n")
        self.init(name, raw: head + "\r\n\r\n" + body, gives: expected, rule)
    }

    /// A chunked `POST /` with this body.
    init(_ name: String, chunks body: String, gives expected: Outcome, _ rule: String) {
        self.init(name, post: "Transfer-Encoding: chunked", body: body, gives: expected, rule)
    }

    /// `GET /` with Host and these field lines.
    init(
        _ name: String, get lines: String..., then rest: String = "", gives expected: Outcome,
        _ rule: String
    ) {
        let head = (["GET / HTTP/1.1", "Host: a.example"] + lines).joined(separator: "\r\n")
        self.init(name, raw: head + "\r\n\r\n" + rest, gives: expected, rule)
    }

    /// This request line, then a Host.
    init(
        _ name: String, line: String, host: String = "Host: a.example\r\n", gives expected: Outcome,
        _ rule: String
    ) {
        self.init(name, raw: line + "\r\n" + host + "\r\n", gives: expected, rule)
    }

    var testDescription: String { name }
}
