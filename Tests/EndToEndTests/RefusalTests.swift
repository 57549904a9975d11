import TestSupport
import Testing

/// What an edge refuses: each with its status, its counter, a closed connection, and nothing
/// forwarded (reference: RFC 9112 §6.3, §7.1; the full table is in HTTPTests).
@Suite struct `Refusals` {
    /// One request that must be refused.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: String
        var status = 400
        var testDescription: String { name }
    }

    private static func head(_ lines: String...) -> String {
        (["POST / HTTP/1.1", "Host: \(app)"] + lines).joined(separator: "\r\n") + "\r\n\r\n"
    }

    static let heads: [Case] = [
        Case(
            name: "Content-Length and Transfer-Encoding",
            bytes: head("Content-Length: 5", "Transfer-Encoding: chunked") + "0\r\n\r\n"),
        Case(name: "two lengths", bytes: head("Content-Length: 5", "Content-Length: 5") + "hello"),
        Case(name: "a list of lengths", bytes: head("Content-Length: 5, 5") + "hello"),
        Case(name: "a signed length", bytes: head("Content-Length: +5") + "hello"),
        Case(name: "a hexadecimal length", bytes: head("Content-Length: 0x5") + "hello"),
        Case(name: "a huge length", bytes: head("Content-Length: 99999999999999999999")),
        Case(
            name: "two codings", bytes: head("Transfer-Encoding: gzip, chunked") + "0\r\n\r\n",
            status: 0),
        Case(name: "chunked twice", bytes: head("Transfer-Encoding: chunked, chunked")),
        Case(name: "identity", bytes: head("Transfer-Encoding: identity") + "0\r\n\r\n", status: 0),
        Case(name: "an unknown coding", bytes: head("Transfer-Encoding: xchunked"), status: 0),
        Case(
            name: "a folded coding", bytes: head("Transfer-Encoding:", " chunked") + "0\r\n\r\n"),
        Case(name: "space before the colon", bytes: head("Transfer-Encoding : chunked")),
        Case(
            name: "a coding in HTTP/1.0",
            bytes: "POST / HTTP/1.0\r\nHost: \(app)\r\nTransfer-Encoding: chunked\r\n\r\n"),
        Case(name: "a folded line", bytes: head("X-A: b", "\tc")),
        Case(
            name: "space before the first field",
            bytes: "GET / HTTP/1.1\r\n Host: \(app)\r\n\r\n"),
        Case(name: "a name that is no token", bytes: head("X(A): b")),
        Case(name: "a name with an underscore", bytes: head("Content_Length: 5")),
        Case(name: "no colon", bytes: head("Content-Length 5")),
        Case(name: "a NUL in a value", bytes: head("X-A: b\0c")),
        Case(name: "a bare CR in a value", bytes: head("X-A: b\rX-B: c")),
        Case(name: "bare line feeds", bytes: "GET / HTTP/1.1\nHost: \(app)\n\n"),
        Case(name: "no Host", bytes: "GET / HTTP/1.1\r\nX-A: b\r\n\r\n"),
        Case(name: "two Hosts", bytes: head("Host: \(app)")),
        Case(
            name: "a list in Host",
            bytes: "GET / HTTP/1.1\r\nHost: \(app), evil.example\r\n\r\n"),
        Case(
            name: "user info in the target",
            bytes: "GET http://user@\(app)/ HTTP/1.1\r\nHost: \(app)\r\n\r\n"),
        Case(
            name: "a fragment in the target",
            bytes: "GET /#x HTTP/1.1\r\nHost: \(app)\r\n\r\n"),
        Case(name: "* outside OPTIONS", bytes: "GET * HTTP/1.1\r\nHost: \(app)\r\n\r\n"),
        Case(
            name: "two spaces in the request line",
            bytes: "GET  / HTTP/1.1\r\nHost: \(app)\r\n\r\n"),
        Case(name: "HTTP/0.9", bytes: "GET /\r\n\r\n"),
        Case(name: "HTTP/2 as text", bytes: "GET / HTTP/2.0\r\nHost: \(app)\r\n\r\n", status: 505),
        Case(name: "a method that is no token", bytes: "GE(T / HTTP/1.1\r\nHost: \(app)\r\n\r\n"),
        Case(name: "a TLS hello", bytes: "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n"),
    ]

    @Test(arguments: heads)
    func `a head is refused`(wrong: Case) throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(wrong.bytes)
            let answer = try client.readResponse()
            // 501 is RFC 9112 §6.1's word for a coding that is not known; 400 will do.
            let good = wrong.status == 0 ? [400, 501] : [wrong.status]
            #expect(good.contains(answer.status))
            #expect(answer.has("Connection", word: "close"))
            client.finishSending()
            #expect(try client.waitForEnd() == .closed(after: 0))
            #expect(upstream.connections.isEmpty, "\(upstream.receivedText)")
            try gateway.waitForMetric("weir_rejected_requests_total") { $0 == 1 }
            let raised = try gateway.metrics().all("weir_rejected_requests_total")
                .filter { $0.value > 0 }
            #expect(raised.count == 1)
            #expect(raised.first?.labels["reason"]?.isEmpty == false)
        }
    }

    static let bodies: [Case] = [
        Case(name: "hexadecimal prefix", bytes: "0x5\r\nhello\r\n0\r\n\r\n"),
        Case(name: "a signed size", bytes: "+5\r\nhello\r\n0\r\n\r\n"),
        Case(name: "an underscore", bytes: "1_0\r\nhello\r\n0\r\n\r\n"),
        Case(name: "a space before the size", bytes: " 5\r\nhello\r\n0\r\n\r\n"),
        Case(name: "a bare semicolon", bytes: "5;\r\nhello\r\n0\r\n\r\n"),
        Case(name: "a bare line feed after the size", bytes: "5\nhello\r\n0\r\n\r\n"),
        Case(name: "a line feed in an extension", bytes: "5;a\n0\r\nhello\r\n0\r\n\r\n"),
        Case(name: "no CRLF after the chunk", bytes: "5\r\nhelloworld\r\n0\r\n\r\n"),
        Case(name: "a size beyond 64 bits", bytes: "fffffffffffffffff\r\nhello"),
        Case(name: "a trailer without a colon", bytes: "0\r\nX-A b\r\n\r\n"),
        Case(name: "no size", bytes: "\r\nhello\r\n0\r\n\r\n"),
    ]

    @Test(arguments: bodies)
    func `a chunk is refused`(wrong: Case) throws {
        try withApp { connection in
            guard var request = try connection.readHead() else { return }
            try connection.readBody(of: &request)
            try connection.send(response())
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(Self.head("Transfer-Encoding: chunked") + wrong.bytes)
            let answer = try client.readResponse()
            #expect(answer.status == 400)
            #expect(answer.has("Connection", word: "close"))
            client.finishSending()
            #expect(try client.waitForEnd() == .closed(after: 0))
            // What was forwarded before the fault was seen never becomes a whole request.
            try eventually("the upstream connection is ended") {
                upstream.connections.allSatisfy(\.isClosed)
            }
            #expect(upstream.requests.isEmpty)
            try gateway.waitForMetric("weir_rejected_requests_total") { $0 == 1 }
        }
    }

    @Test func `names with underscores pass where the settings allow them`() throws {
        try withApp(settings: ["underscores": "allow"], answering: { _ in response() }) {
            gateway, upstream in
            let answer = try RawClient.ask(port: gateway.external, ask("GET", "/", "x_a: b"))
            #expect(answer.status == 200)
            #expect(try upstream.request()["x_a"] == "b")
        }
    }

    @Test func `CONNECT is refused`() throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            let answer = try RawClient.ask(
                port: gateway.external, head("CONNECT \(app):443 HTTP/1.1", "Host: \(app):443"))
            #expect([400, 405, 501].contains(answer.status))
            #expect(upstream.connections.isEmpty)
        }
    }

    private func head(_ lines: String...) -> String {
        lines.joined(separator: "\r\n") + "\r\n\r\n"
    }
}
