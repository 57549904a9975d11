import TestSupport
import Testing

/// Bodies of both framings both ways, and framing that is written anew.
@Suite struct `Framing` {
    @Test func `a length is forwarded as a length, both ways`() throws {
        try withApp(answering: { response(body: $0.bodyText + "!") }) { gateway, upstream throws in
            let answer = try RawClient.ask(port: gateway.external, post("/a", "hello"))
            #expect(answer.framing == .length(6))
            #expect(answer.bodyText == "hello!")
            #expect(try upstream.request().framing == .length(5))
            #expect(try upstream.request().bodyText == "hello")
        }
    }

    @Test func `chunks are forwarded as chunks of the gateway's own, both ways`() throws {
        try withApp(answering: { request in
            head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")
                + "6;x=\"y\"\r\n" + request.bodyText + "\r\n0;last\r\n\r\n"
        }) { gateway, upstream throws in
            let answer = try RawClient.ask(
                port: gateway.external,
                ask("POST", "/a", "Transfer-Encoding: Chunked")
                    + "0003;name=value\r\nabc\r\n3;a;b=\"c;d\"\r\ndef\r\n000\r\n\r\n")
            #expect(answer.status == 200)
            #expect(answer.framing == .chunked)
            #expect(answer.bodyText == "abcdef")
            #expect(try upstream.request().bodyText == "abcdef")
            // Nothing of the client's own framing bytes arrives: no extension, no odd zeros.
            let seen = upstream.receivedText
            #expect(try upstream.request().framing == .chunked)
            for word in ["name=value", "c;d", "0003", "000\r\n"] { #expect(!seen.contains(word)) }
        }
    }

    @Test func `a request without a body gets no framing`() throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            for method in ["GET", "HEAD", "DELETE", "OPTIONS"] {
                _ = try RawClient.ask(port: gateway.external, ask(method), method: method)
            }
            for request in upstream.requests {
                #expect(request["Content-Length"] == nil)
                #expect(request["Transfer-Encoding"] == nil)
            }
            #expect(upstream.requests.count == 4)
        }
    }

    @Test func `bodies of zero bytes are kept as they were framed`() throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(post("/length", ""))
            #expect(try client.readResponse().framing == .length(0))
            try client.send(ask("POST", "/chunked", "Transfer-Encoding: chunked") + "0\r\n\r\n")
            #expect(try client.readResponse().status == 200)
            #expect(upstream.requests.map(\.framing) == [.length(0), .chunked])
            #expect(upstream.requests.allSatisfy { $0.body.isEmpty })
        }
    }

    @Test func `GET and DELETE with a body carry it`() throws {
        try withApp(answering: { response(body: $0.bodyText) }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("GET", "/", "Content-Length: 5") + "hello")
            #expect(try client.readResponse().bodyText == "hello")
            try client.send(ask("DELETE", "/", "Transfer-Encoding: chunked") + chunked("a", "b"))
            #expect(try client.readResponse().bodyText == "ab")
            #expect(upstream.connections.count == 1)
        }
    }

    @Test func `a response that ends with its connection becomes chunked`() throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(head("HTTP/1.1 200 OK", "X-A: b") + "until ")
            try connection.send("the end")
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<2 {
                try client.send(ask())
                let answer = try client.readResponse()
                #expect(answer.framing == .chunked)
                #expect(answer.bodyText == "until the end")
            }
        }
    }

    @Test(arguments: [
        "Content-Length: 5\r\nTransfer-Encoding: chunked", "Content-Length: 5, 6",
        "Content-Length: -1", "Content-Length: 5\r\nContent-Length: 6",
        "Transfer-Encoding: xchunked", "Bad Name: x\r\nContent-Length: 5",
    ])
    func `a response with doubtful framing is not forwarded`(fields: String) throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send("HTTP/1.1 200 OK\r\n\(fields)\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
            try connection.waitForEnd()
        } _: { gateway, upstream throws in
            let answer = try RawClient.ask(port: gateway.external, ask())
            #expect(answer.status == 502)
            #expect(!answer.bodyText.contains("hello"))
            try eventually("the upstream connection is ended") {
                try upstream.connection().isClosed
            }
            try gateway.waitForMetric("weir_requests_total", ["flags": "UPE"]) { $0 == 1 }
        }
    }

    @Test func `bytes after a response never reach the next exchange`() throws {
        try withApp { connection in
            guard let request = try connection.readRequest() else { return }
            let extra = request.target == "/1" ? response(body: "poison") : ""
            try connection.send(response(body: request.target) + extra)
            try connection.waitForEnd()
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("GET", "/1"))
            #expect(try client.readResponse().bodyText == "/1")
            try client.send(ask("GET", "/2"))
            #expect(try client.readResponse().bodyText == "/2")
            #expect(upstream.connections.count == 2)
        }
    }

    @Test func `a response that ends short of its length cuts the client`() throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(head("HTTP/1.1 200 OK", "Content-Length: 100") + "only this")
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            #expect(throws: WireFault.self) { try client.readResponse() }
            try gateway.waitForMetric("weir_requests_total", ["flags": "UC"]) { $0 == 1 }
        }
    }

    @Test func `a chunked response that ends before its last chunk cuts the client`() throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"))
            try connection.send("5\r\nhello\r\n")
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            var answer = try client.readResponseHead()
            #expect(try client.readChunk(of: &answer) == Array("hello".utf8))
            let rest = try? client.readToEnd()
            #expect(rest?.isEmpty != false, "no last chunk may be made up")
        }
    }
}
