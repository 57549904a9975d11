import TestSupport
import Testing

/// The HTTP/2 tools of the tests, against one another and against nghttp2's own.
@Suite struct `The HTTP/2 test tools` {
    @Test func `a client reads what a scripted upstream answers`() throws {
        let upstream = try H2Upstream(answering: { request in
            H2Answer(
                201, [.init("x-path", request.path)], body: "hello " + request.bodyText,
                trailers: [.init("x-end", "yes")])
        })
        defer { upstream.stop() }
        let client = try H2Client(port: upstream.port)
        for count in 1...3 {
            let answer = try client.ask(fields("POST", "/\(count)"), body: "you")
            #expect(answer.status == 201)
            #expect(answer["x-path"] == "/\(count)")
            #expect(answer.bodyText == "hello you")
            #expect(answer.trailer("x-end") == "yes")
        }
        #expect(upstream.connections.count == 1)
        #expect(upstream.streams == 3)
        #expect(upstream.requests.map(\.bodyText) == ["you", "you", "you"])
    }

    @Test func `large bodies keep to the windows both ways`() throws {
        let upstream = try H2Upstream(answering: { H2Answer(body: $0.bodyText) })
        defer { upstream.stop() }
        let client = try H2Client(port: upstream.port)
        let body = String(repeating: "abcdefgh", count: 100_000)
        #expect(try client.ask(fields("POST"), body: body).bodyText == body)
        #expect(client.wire.payloadMax <= 1 << 14)
    }

    @Test func `resets, GOAWAY, trailers alone and cuts are told apart`() throws {
        let upstream = try H2Upstream { connection in
            while let request = try connection.readRequest() {
                switch request.path {
                case "/refuse": try connection.reset(request.stream, .refusedStream)
                case "/grpc":
                    try connection.respond(
                        to: request.stream, H2Answer(200, [.init("grpc-status", "12")]))
                case "/away": try connection.goAway(last: request.stream - 2)
                case "/half":
                    try connection.sendHead(request.stream, [.init(":status", "200")])
                    try connection.sendBody(request.stream, Array("half".utf8))
                    return connection.reset()
                default:
                    try connection.sendHead(request.stream, [.init(":status", "103")])
                    try connection.respond(to: request.stream, H2Answer())
                }
            }
        }
        defer { upstream.stop() }
        let client = try H2Client(port: upstream.port)
        let refused = try client.outcome(of: client.request(fields("GET", "/refuse")))
        guard case .reset(.refusedStream) = refused else { throw TestFault("\(refused)") }
        let alone = try client.ask(fields("GET", "/grpc"))
        #expect(alone.isWhole && alone["grpc-status"] == "12" && alone.dataFrames == 0)
        #expect(try client.ask(fields()).interim.count == 1)
        let away = try client.outcome(of: client.request(fields("GET", "/away")))
        guard case .goAway(.noError) = away else { throw TestFault("\(away)") }
        // A send would take the reset's error from the socket, and the end would look plain.
        client.wire.isUpdatingWindows = false
        let half = try client.request(fields("GET", "/half"))
        #expect(try client.waitForEnd() == .reset)
        #expect(client.messages[half]?.bodyText == "half")
    }

    @Test func `streams of one connection are answered in any order`() throws {
        let upstream = try H2Upstream(settings: [.maxConcurrentStreams(10)]) { connection in
            let all = try (0..<3).compactMap { _ in try connection.readRequest() }
            for request in all.reversed() {
                try connection.respond(to: request.stream, H2Answer(body: request.path))
            }
            try connection.waitForEnd()
        }
        defer { upstream.stop() }
        let client = try H2Client(port: upstream.port)
        let streams = try (0..<3).map { try client.request(fields("GET", "/\($0)")) }
        for (index, stream) in streams.enumerated() {
            #expect(try client.readResponse(stream).bodyText == "/\(index)")
        }
        #expect(client.wire.settings[.maxConcurrentStreams] == 10)
    }

    @Test func `nghttp reads what a scripted upstream answers`() throws {
        let upstream = try H2Upstream(answering: {
            H2Answer(200, body: "hello \($0.path)", trailers: [.init("x-end", "yes")])
        })
        defer { upstream.stop() }
        let output = try Tool.succeed([
            "/usr/bin/nghttp", "-v", "http://127.0.0.1:\(upstream.port)/from-nghttp",
        ])
        #expect(output.stdout.contains("hello /from-nghttp"))
        #expect(output.stdout.contains("x-end: yes"))
        #expect(upstream.requests.first?.path == "/from-nghttp")
    }

    @Test func `a client reads what nghttpd answers`() throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        try ManifestFolder(path: folder.path).replace(
            "page", with: String(repeating: "page", count: 50_000))
        // Held, but not listened to: nobody else gets the port, and nghttpd shares it.
        let held = try Socket.bind()
        defer { held.close() }
        let port = held.port
        let server = try ChildProcess([
            "/usr/sbin/nghttpd", "--no-tls", "-a", "127.0.0.1", "-d", folder.path, "\(port)",
        ])
        defer { server.stop() }
        let client = try eventually("nghttpd listens") { try? H2Client(port: port) }
        let answer = try client.ask(fields("GET", "/page"))
        #expect(answer.status == 200)
        #expect(answer.body.count == 200_000)
        #expect(answer["content-length"] == "200000")
        #expect(try client.ask(fields("GET", "/other")).status == 404)
        try client.ping()
        try client.send(.windowUpdate(0, 0))
        try client.waitForEnd()
        #expect(client.goAway?.code == .protocolError)
    }
}
