import TestSupport
import Testing

/// What an HTTP/2 client sees of an HTTP/1 upstream's answers (RFC 9113 §8).
@Suite struct `HTTP/1 answers to an HTTP/2 client` {
    @Test func `names are lower case and fields of one connection stay there`() throws {
        try withApp(answering: { _ in
            response(
                "200 OK", "X-Mixed-Case: Value", "Connection: X-Hop, keep-alive", "X-Hop: 1",
                "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive", "Upgrade: h2c",
                "Set-Cookie: a=b", "Set-Cookie: c=d", body: "hello")
        }) { gateway, _ throws in
            // The client itself refuses uppercase names and the fields of RFC 9113 §8.2.2.
            let answer = try H2Client.ask(port: gateway.external, fields())
            #expect(answer["x-mixed-case"] == "Value")
            #expect(answer["x-hop"] == nil)
            #expect(answer.values("set-cookie") == ["a=b", "c=d"])
            #expect(answer["content-length"] == "5")
            #expect(answer.bodyText == "hello")
        }
    }

    @Test func `chunks and trailers become DATA and trailers`() throws {
        try withApp(answering: { _ in
            head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", "Trailer: X-Sum")
                + chunked("one", "two", trailers: ["X-Sum: 42"])
        }) { gateway, _ throws in
            let client = try H2Client(port: gateway.external)
            for _ in 0..<2 {
                let answer = try client.ask(fields("GET", "/", ("te", "trailers")))
                #expect(answer.bodyText == "onetwo")
                #expect(answer.trailer("x-sum") == "42")
            }
        }
    }

    @Test func `interim responses come before the final one`() throws {
        try withApp(answering: { _ in
            head("HTTP/1.1 103 Early Hints", "Link: </a>") + response(body: "hello")
        }) { gateway, _ throws in
            let answer = try H2Client.ask(port: gateway.external, fields())
            #expect(answer.status == 200)
            #expect(answer.interim.first?.contains(.init("link", "</a>")) == true)
        }
    }

    @Test func `a HEAD that is refused has no DATA either`() throws {
        try withApp(answering: { _ in response() }) { gateway, _ throws in
            let client = try H2Client(port: gateway.external)
            let answer = try client.ask(fields("HEAD", "/", ("x_y", "an underscore")))
            #expect(answer.status == 400)
            #expect(answer.body.isEmpty)
            let plain = try RawClient(port: gateway.external)
            try plain.send(ask("HEAD", "/", "X_Y: an underscore"))
            let head = try plain.readResponseHead()
            #expect(head.status == 400)
            #expect(try plain.waitForEnd() == .closed(after: 0))
        }
    }

    @Test(arguments: [("HEAD", 200), ("GET", 204), ("GET", 304)])
    func `answers without a body have no DATA`(method: String, status: Int) throws {
        try withApp(answering: { _ in
            head("HTTP/1.1 \(status) X", status == 204 ? "X-A: b" : "Content-Length: 5")
        }) { gateway, _ throws in
            let client = try H2Client(port: gateway.external)
            for _ in 0..<2 {
                let answer = try client.ask(fields(method))
                #expect(answer.status == status)
                #expect(answer.body.isEmpty)
                if status != 204 { #expect(answer["content-length"] == "5") }
            }
        }
    }

    @Test(arguments: [
        "Content-Length: 100\r\n\r\nonly this", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
    ])
    func `a body that is cut is reset, not ended`(rest: String) throws {
        try withApp { connection in
            guard let request = try connection.readRequest() else { return }
            if request.target == "/cut" {
                return try connection.send("HTTP/1.1 200 OK\r\n" + rest)
            }
            try connection.send(response(body: "hello"))
        } _: { gateway, _ throws in
            let client = try H2Client(port: gateway.external)
            let stream = try client.request(fields("GET", "/cut"))
            let outcome = try client.outcome(of: stream)
            guard case .reset(let code) = outcome else { throw TestFault("\(outcome)") }
            #expect(code != .noError)
            #expect(try client.ask(fields()).status == 200)
        }
    }

    @Test func `a broken answer is 502 and the connection goes on`() throws {
        try withApp { connection in
            guard let request = try connection.readRequest() else { return }
            let bad = "HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\nhello"
            try connection.send(request.target == "/bad" ? bad : response(body: "hello"))
        } _: { gateway, _ throws in
            let client = try H2Client(port: gateway.external)
            #expect(try client.ask(fields("GET", "/bad")).status == 502)
            #expect(try client.ask(fields()).bodyText == "hello")
        }
    }

    /// RFC 9113 §8.1: RST_STREAM with NO_ERROR asks to stop a body that nobody needs any more.
    @Test func `an answer in the middle of an upload reaches the client`() throws {
        try withApp { connection in
            guard let request = try connection.readHead() else { return }
            if request.method == "POST" { _ = try connection.readExactly(1000) }
            try connection.send(response("413 Content Too Large", body: "too much"))
            try connection.waitForEnd()
        } _: { gateway, _ throws in
            let client = try H2Client(port: gateway.external)
            try client.send(
                .headers(1, fields("POST"), .endHeaders),
                .data(1, [UInt8](repeating: 0x61, count: 8000)))
            let answer = try client.readResponse(1)
            #expect(answer.status == 413)
            #expect(answer.bodyText == "too much")
            try client.waitUntil("the stream is ended") { client.messages[1]?.code != nil }
            #expect(client.messages[1]?.code == .noError)
            client.nextStream = 3
            #expect(try client.ask(fields()).status == 413)
        }
    }

    @Test func `both bodies flow at once`() throws {
        try withApp { connection in
            guard try connection.readHead() != nil else { return }
            try connection.send(head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"))
            for _ in 0..<20 {
                var arrived: [UInt8] = []
                while !arrived.contains(UInt8(ascii: "?")) { arrived += try connection.readSome() }
                try connection.send("4\r\npong\r\n")
            }
            try connection.send("0\r\n\r\n")
            try connection.waitForEnd()
        } _: { gateway, _ throws in
            let client = try H2Client(port: gateway.external)
            try client.send(.headers(1, fields("POST"), .endHeaders))
            for round in 1...20 {
                try client.send(.data(1, "?"))
                try client.waitUntil("pong") { client.messages[1]?.body.count == round * 4 }
            }
            try client.send(.data(1, "", .endStream))
            #expect(try client.readResponse(1).bodyText == String(repeating: "pong", count: 20))
        }
    }

    @Test func `a slow reader holds back its own stream only`() throws {
        try withPlainApp { gateway, _ throws in
            let client = try H2Client(
                port: gateway.external, settings: [.initialWindowSize(1000)])
            client.wire.isUpdatingWindows = false
            try client.send(.windowUpdate(0, 1 << 24))
            let slow = try client.request(fields("GET", large))
            try client.waitUntil("1000 bytes") { client.messages[slow]?.body.count == 1000 }
            for _ in 0..<20 { #expect(try client.ask(fields()).bodyText == "hello") }
            #expect(client.messages[slow]?.body.count == 1000)
            try client.send(.windowUpdate(slow, 1 << 24))
            #expect(try client.readResponse(slow).body.count == 1 << 20)
        }
    }
}
