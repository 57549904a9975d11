import TestSupport
import Testing

/// HTTP/1.0 clients.
@Suite struct `HTTP/1.0 clients` {
    private func old(_ fields: String...) -> String {
        (["GET / HTTP/1.0", "Host: \(app)"] + fields).joined(separator: "\r\n") + "\r\n\r\n"
    }

    @Test func `without keep-alive the connection is closed after the answer`() throws {
        try withApp(answering: { _ in response(body: "x") }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(old())
            let answer = try client.readResponse()
            #expect(answer.startLine == "HTTP/1.1 200 OK")
            #expect(answer.bodyText == "x")
            #expect(!answer.has("Connection", word: "keep-alive"))
            #expect(try client.waitForEnd() == .closed(after: 0))
            #expect(try upstream.request().startLine == "GET / HTTP/1.1")
        }
    }

    @Test func `with keep-alive the connection is kept and said to be`() throws {
        try withApp(answering: { _ in response(body: "x") }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<3 {
                try client.send(old("Connection: keep-alive"))
                let answer = try client.readResponse()
                #expect(answer.bodyText == "x")
                #expect(answer.has("Connection", word: "keep-alive"))
            }
            #expect(upstream.requests.allSatisfy { !$0.has("Connection", word: "close") })
        }
    }

    @Test(arguments: [false, true])
    func `a chunked answer is unwrapped and ends with the connection`(isKept: Bool) throws {
        try withApp(answering: { _ in
            head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: X-End")
                + chunked("one", "two", trailers: ["X-End: 1"])
        }) { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(isKept ? old("Connection: keep-alive") : old())
            let answer = try client.readResponse()
            #expect(answer["Transfer-Encoding"] == nil)
            #expect(!answer.has("Connection", word: "keep-alive"))
            #expect(answer.framing == .untilClose)
            #expect(answer.bodyText == "onetwo")
        }
    }

    @Test func `a request body with a length is forwarded`() throws {
        try withApp(answering: { response(body: $0.bodyText) }) { gateway, _ throws in
            let request = head("POST / HTTP/1.0", "Host: \(app)", "Content-Length: 5") + "hello"
            let answer = try RawClient.ask(port: gateway.external, request)
            #expect(answer.bodyText == "hello")
        }
    }

    @Test func `a chunked answer that breaks off is not closed as if it were whole`() throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"))
            try connection.send("5\r\nhello\r\n")
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(old())
            // Where the end of the connection means "whole", only a reset says "broken".
            #expect(throws: WireFault.self) { try client.readResponse() }
        }
    }
}
