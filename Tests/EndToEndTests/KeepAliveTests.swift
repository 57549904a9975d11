import TestSupport
import Testing

/// Connections that carry one exchange after another.
@Suite struct `Keep-alive` {
    @Test func `one client connection and one upstream connection carry many exchanges`() throws {
        try withApp(answering: { response(body: $0.target) }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            for number in 0..<50 {
                try client.send(ask("GET", "/\(number)"))
                let answer = try client.readResponse()
                #expect(answer.status == 200)
                #expect(answer.bodyText == "/\(number)")
                #expect(!answer.has("Connection", word: "close"))
            }
            #expect(upstream.connections.count == 1)
        }
    }

    @Test func `a client that says close is answered so and closed`() throws {
        try withApp(answering: { _ in response(body: "x") }) { gateway, upstream throws in
            for _ in 0..<3 {
                let client = try RawClient(port: gateway.external)
                try client.send(ask("GET", "/", "Connection: close"))
                let answer = try client.readResponse()
                #expect(answer.bodyText == "x")
                #expect(answer.has("Connection", word: "close"))
                #expect(try client.waitForEnd() == .closed(after: 0))
            }
            // What the client said of its own connection is no business of the upstream's.
            #expect(upstream.connections.count == 1)
            #expect(upstream.requests.allSatisfy { !$0.has("Connection", word: "close") })
        }
    }

    @Test func `an upstream that says close leaves the client connection alone`() throws {
        try withApp { connection in
            guard let request = try connection.readRequest() else { return }
            try connection.send(response("200 OK", "Connection: close", body: request.target))
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            for number in 0..<5 {
                try client.send(ask("GET", "/\(number)"))
                let answer = try client.readResponse()
                #expect(answer.bodyText == "/\(number)")
                #expect(!answer.has("Connection", word: "close"))
            }
            #expect(upstream.connections.count == 5)
        }
    }

    @Test func `an HTTP/1.0 upstream is asked on a new connection each time`() throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send("HTTP/1.0 200 OK\r\nX-A: b\r\n\r\nold")
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<3 {
                try client.send(ask())
                let answer = try client.readResponse()
                #expect(answer.startLine == "HTTP/1.1 200 OK")
                #expect(answer.framing == .chunked)
                #expect(answer.bodyText == "old")
            }
            #expect(upstream.connections.count == 3)
        }
    }

    @Test func `an empty line before a request is skipped`() throws {
        try withApp(answering: { _ in response(body: "x") }) { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send("\r\n" + ask())
            #expect(try client.readResponse().status == 200)
            try client.send("\r\n" + ask())
            #expect(try client.readResponse().status == 200)
        }
    }

    @Test func `a request that arrives byte by byte is served`() throws {
        try withApp(answering: { response(body: $0.bodyText) }) { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            for byte in post("/", "slow").utf8 { try client.send([byte]) }
            #expect(try client.readResponse().bodyText == "slow")
        }
    }

    @Test func `a response that arrives byte by byte is forwarded whole`() throws {
        try withApp { connection in
            while try connection.readRequest() != nil {
                try connection.drip(response("200 OK", "X-A: b", body: "slow"))
            }
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<3 {
                try client.send(ask())
                let answer = try client.readResponse()
                #expect(answer["X-A"] == "b")
                #expect(answer.bodyText == "slow")
            }
        }
    }

    @Test func `the connection gauge follows the clients`() throws {
        try withApp(answering: { _ in response() }) { gateway, _ throws in
            let clients = try (0..<5).map { _ in try RawClient(port: gateway.external) }
            let labels = ["listener": "external-http"]
            try gateway.waitForMetric("weir_connections", labels) { $0 == 5 }
            for client in clients { client.close() }
            try gateway.waitForMetric("weir_connections", labels) { $0 == 0 }
        }
    }
}
