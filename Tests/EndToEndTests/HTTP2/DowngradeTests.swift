import TestSupport
import Testing

/// What an HTTP/1 upstream sees of an HTTP/2 request (RFC 9113 §8, RFC 9112 §3).
@Suite struct `HTTP/2 to an HTTP/1 upstream` {
    @Test func `pseudo fields become the request line and Host`() throws {
        try withPlainApp { gateway, upstream throws in
            let asked = fields("PUT", "/a/b?c=d&e", ("x-a", "b"), ("x-a", "c"), ("te", "trailers"))
            #expect(try H2Client.ask(port: gateway.external, asked).status == 200)
            let seen = try upstream.request()
            #expect(seen.startLine == "PUT /a/b?c=d&e HTTP/1.1")
            #expect(seen.values("Host") == [app])
            #expect(seen.values("X-A") == ["b", "c"] || seen.values("X-A") == ["b, c"])
            #expect(seen["X-Forwarded-Proto"] == "http")
            #expect(!seen.fields.contains { $0.name.hasPrefix(":") })
            #expect(!upstream.receivedText.contains(":authority"))
        }
    }

    @Test func `host in place of :authority becomes Host, once`() throws {
        try withPlainApp { gateway, upstream throws in
            let only = pseudo(authority: nil) + [.init("host", app)]
            let both = pseudo() + [.init("host", app)]
            let client = try H2Client(port: gateway.external)
            for asked in [only, both] { #expect(try client.ask(asked).status == 200) }
            #expect(upstream.requests.map { $0.values("Host") } == [[app], [app]])
        }
    }

    /// RFC 9113 §8.2.3.
    @Test func `cookies in pieces are joined`() throws {
        try withPlainApp { gateway, upstream throws in
            let asked = fields(
                "GET", "/", ("cookie", "a=b"), ("x-a", "y"), ("cookie", "c=d; e=f"),
                ("cookie", "g=h"))
            #expect(try H2Client.ask(port: gateway.external, asked).status == 200)
            #expect(try upstream.request().values("Cookie") == ["a=b; c=d; e=f; g=h"])
        }
    }

    @Test func `a body of known length keeps it, another is chunked`() throws {
        try withPlainApp { gateway, upstream throws in
            let client = try H2Client(port: gateway.external)
            let known = try client.ask(fields("POST", "/", ("content-length", "4")), body: "body")
            #expect(known.bodyText == "body")
            let unknown = try client.ask(fields("POST"), body: "more")
            #expect(unknown.bodyText == "more")
            #expect(try client.ask(fields("POST")).status == 200)
            #expect(upstream.requests.prefix(2).map(\.framing) == [.length(4), .chunked])
            #expect(try upstream.request(2).body.isEmpty)
        }
    }

    @Test func `heads that arrive in turns, piece by piece, are not mixed up`() throws {
        try withPlainApp { gateway, upstream throws in
            let clients = try (0..<3).map { _ in try H2Client(port: gateway.external) }
            let heads = (0..<3).map { number in
                let more = (0..<5).map { FieldLine("x-\(number)-\($0)", "value-\(number)") }
                return H2Frame.headers(1, fields("GET", "/\(number)") + more).bytes
            }
            for at in stride(from: 0, to: heads[0].count, by: 7) {
                for (client, head) in zip(clients, heads) {
                    try client.send(bytes: Array(head[at..<min(at + 7, head.count)]))
                }
            }
            for client in clients { #expect(try client.readResponse(1).status == 200) }
            for request in upstream.requests {
                let number = request.target.dropFirst()
                #expect(request.fields.filter { $0.value == "value-\(number)" }.count == 5)
                #expect(request.fields.filter { $0.value.hasPrefix("value-") }.count == 5)
            }
            #expect(upstream.requests.count == 3)
        }
    }

    @Test func `the head goes on before the body has come`() throws {
        let hasHead = Latch()
        try withApp { connection in
            guard var request = try connection.readHead() else { return }
            hasHead.open()
            try connection.readBody(of: &request)
            try connection.send(response(body: request.bodyText))
        } _: { gateway, _ throws in
            let client = try H2Client(port: gateway.external)
            try client.send(.headers(1, fields("POST"), .endHeaders))
            try hasHead.wait("the head is forwarded")
            try client.send(.data(1, "late", .endStream))
            #expect(try client.readResponse(1).bodyText == "late")
        }
    }

    @Test func `trailers reach the upstream`() throws {
        try withPlainApp { gateway, upstream throws in
            let client = try H2Client(port: gateway.external)
            let stream = try client.request(fields("POST"), body: "body", endStream: false)
            try client.send(.headers(stream, [.init("x-sum", "42"), .init("x-more", "a b")]))
            #expect(try client.readResponse(stream).status == 200)
            #expect(try upstream.request().bodyText == "body")
            #expect(try upstream.request().trailer("X-Sum") == "42")
            #expect(try upstream.request().trailer("X-More") == "a b")
        }
    }

    @Test func `trailers that frame or route are not forwarded`() throws {
        try withPlainApp { gateway, upstream throws in
            let client = try H2Client(port: gateway.external)
            let stream = try client.request(fields("POST"), body: "body", endStream: false)
            try client.send(
                .headers(stream, [.init("content-length", "4"), .init("host", "evil")]))
            _ = try client.outcome(of: stream)
            #expect(!upstream.receivedText.contains("evil"))
            #expect(upstream.requests.allSatisfy { $0.trailers.isEmpty })
        }
    }

    @Test func `each stream of a connection is routed for itself`() throws {
        let names = ["one", "two"]
        let upstreams = try names.map { try EchoUpstream($0) }
        defer { for upstream in upstreams { upstream.stop() } }
        let files = [
            "one.yaml": Manifests.simple("one", ports: [upstreams[0].port]),
            "two.yaml": Manifests.simple("two", ports: [upstreams[1].port]),
        ]
        try withGateway(files) { gateway throws in
            let client = try H2Client(port: gateway.external)
            for name in names + names {
                let answer = try client.ask(pseudo(authority: "\(name).default.example.com"))
                #expect(answer.bodyText.hasPrefix("\(name)\n"))
            }
            #expect(try client.ask(pseudo(authority: "nobody")).status == 404)
            #expect(try client.ask(pseudo(authority: "one.default.example.com")).status == 200)
        }
    }

    @Test func `requests at once go to upstream connections of their own`() throws {
        let areAll = Latch()
        let came = AtomicCount()
        try withApp { connection in
            while let request = try connection.readRequest() {
                if came.add() == 20 { areAll.open() }
                try areAll.wait("twenty requests at once")
                try connection.send(response(body: request.target))
            }
        } _: { gateway, _ throws in
            let client = try H2Client(port: gateway.external)
            let streams = try (0..<20).map { try client.request(fields("GET", "/\($0)")) }
            for (index, stream) in streams.enumerated() {
                #expect(try client.readResponse(stream).bodyText == "/\(index)")
            }
        }
    }

    @Test func `a reset stream ends its upstream exchange and no other`() throws {
        try withPlainApp { gateway, upstream throws in
            let client = try H2Client(port: gateway.external)
            let stream = try client.request(fields("GET", never))
            try eventually("it is forwarded") { upstream.requests.count == 1 }
            try client.send(.reset(stream))
            try eventually("the upstream connection is ended") {
                try upstream.connection().isClosed
            }
            #expect(try client.ask(fields()).status == 200)
        }
    }

    @Test func `a body that is reset in its middle never becomes whole`() throws {
        try withPlainApp { gateway, upstream throws in
            let client = try H2Client(port: gateway.external)
            try client.send(.headers(1, fields("POST"), .endHeaders), .data(1, "half"))
            try eventually("it is forwarded") { upstream.receivedText.contains("half") }
            try client.send(.reset(1))
            try eventually("the upstream connection is ended") {
                try upstream.connection().isClosed
            }
            #expect(upstream.requests.isEmpty)
            client.nextStream = 3
            #expect(try client.ask(fields()).status == 200)
        }
    }
}
