import TestSupport
import Testing

/// WebSockets over HTTP/1 and HTTP/2, to upstreams of both.
@Suite struct `WebSockets` {
    private func withWay(
        _ way: WebSocketWay, _ names: [String] = ["one"], settings: [String: String] = [:],
        isEnded: Bool = false, _ body: (ClientStage) throws -> Void
    ) throws {
        try withUpstreams(
            way.upstream.echo, names, isH2C: way.upstream == .h2c, settings: settings,
            isEnded: isEnded, body)
    }

    @Test(arguments: WebSocketWay.all)
    func `messages, pings and closes pass`(way: WebSocketWay) throws {
        try withWay(way) { stage throws in
            let answer = try stage.ask(way.client, way.transport, "echo", as: WebSocketAnswer.self)
            #expect(answer.name == "one")
            let head = try #require(answer.head)
            #expect(head.path == "/chat?room=1")
            #expect(head.values("sec-websocket-version") == ["13"])
            let isSecure = way.transport == .secure
            #expect(head.values("x-forwarded-proto") == [isSecure ? "https" : "http"])
            if way.upstream == .http1 {
                #expect(head.values("host") == ["\(app):\(stage.port(way.transport))"])
                #expect(head.values("upgrade").map { $0.lowercased() } == ["websocket"])
                #expect(head.values("connection").map { $0.lowercased() } == ["upgrade"])
                #expect(head.values("sec-websocket-key").map(\.count) == [24])
            } else {
                #expect(head.values(":authority") == ["\(app):\(stage.port(way.transport))"])
                #expect(head.values(":protocol") == ["websocket"])
                #expect(head.values("sec-websocket-key") == [])
                #expect(head.values("connection") + head.values("upgrade") == [])
            }
            try eventually("both closes are seen") { stage.upstreams[0].lines.count == 2 }
            #expect(stage.upstreams[0].lines.sorted() == ["closed 4001", "closed 4002"])
            try stage.gateway.waitForMetric(
                "weir_requests_total", ["protocol": "websocket", "revision": "app-one"]
            ) { $0 == 2 }
            try stage.gateway.waitForMetric("weir_active_tunnels") { $0 == 0 }
        }
    }

    @Test(arguments: WebSocketWay.all)
    func `connections are split, and stay where they are`(way: WebSocketWay) throws {
        try withWay(way, ["one", "two"]) { stage throws in
            let answer = try stage.ask(
                way.client, way.transport, "split", "--count", "40", as: WebSocketAnswer.self)
            #expect(answer.connections == 40)
            #expect(answer.names == ["one": 20, "two": 20])
        }
    }

    @Test(arguments: WebSocketWay.all)
    func `a refusal of the upstream comes through`(way: WebSocketWay) throws {
        try withWay(way) { stage throws in
            let answer = try stage.ask(
                way.client, way.transport, "refused", as: WebSocketAnswer.self)
            #expect(answer.status == 403)
            let names = answer.headers?.filter { $0[0].lowercased() == "x-name" }.map { $0[1] }
            #expect(names == ["one"])
            try stage.gateway.waitForMetric("weir_active_tunnels") { $0 == 0 }
        }
    }

    @Test func `extended CONNECT is for WebSockets only`() throws {
        try withUpstreams("ws_upstream", isH2C: false) { stage throws in
            let answer = try stage.ask(
                "h2ws_client", .plain, "unknown", as: WebSocketAnswer.self)
            #expect(answer.status == 501)
        }
    }

    @Test(arguments: ["ws_client", "h2ws_client"])
    func `an h2c upstream that takes none is said to be at fault`(client: String) throws {
        try withUpstreams("h2ws_upstream", isH2C: true, arguments: "--no-connect") { stage throws in
            let answer = try stage.ask(client, .plain, "refused", as: WebSocketAnswer.self)
            #expect([502, 503].contains(answer.status))
        }
    }

    @Test(arguments: WebSocketWay.all)
    func `each open tunnel is counted`(way: WebSocketWay) throws {
        try withWay(way) { stage throws in
            let labels = ["namespace": "default", "route": "app", "revision": "app-one"]
            let client = try ChildProcess(
                PythonProgram.command(
                    way.client, ["idle", "--count", "50"] + stage.address(way.transport)))
            try eventually("they are open", within: .seconds(20)) {
                client.stdout == "open 50\n"
            }
            try stage.gateway.waitForMetric("weir_active_tunnels", labels) { $0 == 50 }
            // The client is gone without a word, and so are the tunnels.
            client.send(9)
            try client.waitForEnd()
            try stage.gateway.waitForMetric("weir_active_tunnels", labels) { $0 == 0 }
            try eventually("the upstream sees their ends") {
                stage.upstreams[0].lines.count == 50
            }
        }
    }

    @Test(arguments: WebSocketWay.all)
    func `clients are told 1001 when the gateway ends`(way: WebSocketWay) throws {
        let settings = ["drain-delay": "0s", "drain-time": "3s"]
        try withWay(way, settings: settings, isEnded: true) { stage throws in
            let client = try ChildProcess(
                PythonProgram.command(
                    way.client, ["wait", "--count", "5"] + stage.address(way.transport)))
            try eventually("they are open", within: .seconds(20)) {
                client.stdout == "open 5\n"
            }
            stage.gateway.process.send(15)
            #expect(try client.waitForEnd(within: .seconds(20)) == .exit(0), "\(client.stderr)")
            let answer: WebSocketAnswer = try PythonProgram.answer(in: client.stdout)
            #expect(answer.codes == ["1001": 5])
            try eventually("the upstream sees their ends") {
                stage.upstreams[0].lines.count == 5
            }
        }
    }
}
