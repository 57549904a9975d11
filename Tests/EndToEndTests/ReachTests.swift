import TestSupport
import Testing

/// Destinations that refuse, die or answer badly, and the one safe re-send (Knative §10 T4).
@Suite struct `Reaching destinations` {
    /// A gateway whose Route `app` has those destinations.
    private func withDestinations(
        _ ports: [UInt16], _ body: (Gateway) throws -> Void
    ) throws {
        try withGateway(["app.yaml": Manifests.simple("app", ports: ports)], body)
    }

    @Test func `a pooled connection that died is replaced and the request sent again`() throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(response(body: "first"))
            // The second request of the first connection gets no answer.
            guard connection.index == 0, try connection.readRequest() != nil else {
                try connection.waitForEnd()
                return
            }
            connection.reset()
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            for target in ["/1", "/2"] {
                try client.send(ask("GET", target))
                let answer = try client.readResponse()
                #expect(answer.status == 200)
                #expect(answer.bodyText == "first")
            }
            #expect(
                upstream.connections.map { $0.requests.map(\.target) } == [["/1", "/2"], ["/2"]])
            try gateway.waitForMetric("weir_requests_total", ["code": "200"]) { $0 == 2 }
        }
    }

    @Test func `a POST with a body is not sent again`() throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(response(body: "first"))
            guard connection.index == 0, try connection.readRequest() != nil else {
                try connection.waitForEnd()
                return
            }
            connection.reset()
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            #expect(try client.readResponse().status == 200)
            try client.send(post("/2", "hello"))
            #expect([502, 503].contains(try client.readResponse().status))
            #expect(upstream.connections.count == 1)
            try eventually("it is counted with its flag") {
                let metrics = try gateway.metrics()
                return metrics.sum("weir_requests_total", ["flags": "UC"])
                    + metrics.sum("weir_requests_total", ["flags": "UR"]) == 1
            }
        }
    }

    @Test func `a POST without a body that may have been carried out is not sent again`() throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(response(body: "first"))
            guard try connection.readRequest() != nil else { return }
            connection.reset()
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            #expect(try client.readResponse().status == 200)
            try client.send(ask("POST", "/2"))
            #expect(try client.readResponse().status == 503)
            #expect(upstream.connections.map(\.requests.count) == [2])
        }
    }

    @Test func `a pooled connection that the upstream closed while idle is not used`() throws {
        let isClosed = Latch()
        try withApp { connection in
            guard let request = try connection.readRequest() else { return }
            try connection.send(response(body: request.bodyText))
            guard connection.index == 0 else { return try connection.waitForEnd() }
            connection.socket.finishWriting()
            try connection.waitForEnd()
            isClosed.open()
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            #expect(try client.readResponse().status == 200)
            try isClosed.wait("the gateway let go of the closed connection")
            try client.send(post("/2", "hello"))
            #expect(try client.readResponse().bodyText == "hello")
            #expect(upstream.connections.count == 2)
        }
    }

    @Test func `a fresh connection that dies without an answer is not tried again`() throws {
        try withApp { connection in
            _ = try connection.readRequest()
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            let answer = try client.readResponse()
            #expect([502, 503].contains(answer.status))
            #expect(upstream.requests.count == 1)
            #expect(upstream.connections.count == 1)
            try gateway.waitForMetric("weir_requests_total", ["flags": "UC"]) { $0 == 1 }
            // The client's own connection is none the worse for it.
            try client.send(head("GET / HTTP/1.1", "Host: nobody.example"))
            #expect(try client.readResponse().status == 404)
        }
    }

    @Test func `pooled connections that keep dying are tried once more only`() throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(response())
            // Every second request dies, on whatever connection.
            _ = try connection.readRequest()
        } _: { gateway, upstream throws in
            // Two pooled connections, each of which will die at its next request.
            let clients = try (0..<2).map { _ in try RawClient(port: gateway.external) }
            for client in clients { try client.send(ask()) }
            for client in clients { #expect(try client.readResponse().status == 200) }
            try clients[0].send(ask("GET", "/again"))
            let status = try clients[0].readResponse().status
            let sent = upstream.requests.filter { $0.target == "/again" }.count
            #expect((1...2).contains(sent))
            #expect([200, 502, 503].contains(status))
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nX-A"])
    func `a reset before the response is a gateway's answer`(sent: String) throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(sent)
            connection.reset()
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            let answer = try client.readResponse()
            #expect([502, 503].contains(answer.status))
            #expect(!answer.has("Connection", word: "close"))
            // One line for people.
            #expect(answer.bodyText.split(separator: "\n").count == 1)
        }
    }

    @Test func `a reset in the middle of a response cuts the client`() throws {
        let isForwarded = Latch()
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(head("HTTP/1.1 200 OK", "Content-Length: 100") + "some")
            try isForwarded.wait("the client has the first bytes")
            connection.reset()
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            #expect(try client.readResponseHead().status == 200)
            #expect(try client.readExactly(4) == Array("some".utf8))
            isForwarded.open()
            let ending = try client.waitForEnd()
            #expect(ending == .closed(after: 0) || ending == .reset(after: 0))
            try eventually("it is counted with its flag") {
                let metrics = try gateway.metrics()
                return metrics.sum("weir_requests_total", ["flags": "UC"])
                    + metrics.sum("weir_requests_total", ["flags": "UR"]) == 1
            }
        }
    }

    @Test func `a destination that refuses is 503 UF`() throws {
        let upstream = try ScriptedUpstream(isListening: false) { _ in }
        defer { upstream.stop() }
        try withDestinations([upstream.port]) { gateway throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<3 {
                try client.send(ask())
                #expect(try client.readResponse().status == 503)
            }
            try gateway.waitForMetric("weir_requests_total", ["code": "503"]) { $0 == 3 }
            #expect(try gateway.metrics().sum("weir_requests_total", ["flags": "UF"]) >= 1)
        }
    }

    @Test func `while one destination refuses the other gets everything`() throws {
        let down = try ScriptedUpstream(isListening: false) { connection in
            while try connection.readRequest() != nil {
                try connection.send(response(body: "back\n"))
            }
        }
        let alive = try EchoUpstream("alive")
        defer {
            down.stop()
            alive.stop()
        }
        try withDestinations([down.port, alive.port]) { gateway throws in
            let load = LoadClient(
                port: gateway.external, connections: 8,
                requests: [ask(), post("/", "a body that was not sent yet")], count: 500)
            let report = try load.finish(isCounted: true)
            #expect(report.failures.isEmpty)
            #expect(report.counts == ["alive": 500])
            // Once it accepts again it is found again, after a back-off.
            try down.listen()
            let client = try RawClient(port: gateway.external)
            try eventually("the other destination is used again", within: .seconds(20)) {
                try client.send(ask())
                return try client.readResponse().bodyText == "back\n"
            }
        }
    }

    @Test func `a destination that refuses is left aside`() throws {
        let down = try ScriptedUpstream(isListening: false) { connection in
            while try connection.readRequest() != nil {
                try connection.send(response(body: "back\n"))
            }
        }
        let alive = try EchoUpstream("alive")
        defer {
            down.stop()
            alive.stop()
        }
        try withDestinations([down.port, alive.port]) { gateway throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<200 {
                try client.send(ask())
                #expect(try client.readResponse().bodyText.hasPrefix("alive\n"))
            }
            try down.listen()
            // It refused within the last few milliseconds, so it is not asked at once.
            try client.send(ask())
            #expect(try client.readResponse().bodyText.hasPrefix("alive\n"))
        }
    }

    /// Kubernetes' readiness says who is there, not what was seen of an older container.
    @Test func `a destination that comes back is asked at once, though it refused before`() throws {
        let upstreams = try ["down", "alive"].map { name in
            try ScriptedUpstream(isListening: name == "alive") { connection in
                while try connection.readRequest() != nil {
                    try connection.send(response(body: name))
                }
            }
        }
        defer { for upstream in upstreams { upstream.stop() } }
        let ports = upstreams.map(\.port)
        func manifests(_ revision: String, _ ports: [UInt16]) -> String {
            Manifests.file(
                Manifests.revision(revision, ports: ports),
                Manifests.route("app", [Manifests.Traffic(revision, 100)]))
        }
        try withGateway(["app.yaml": manifests("old", [ports[0]])]) { gateway throws in
            let client = try RawClient(port: gateway.external)
            func name() throws -> String {
                try client.send(ask())
                return try client.readResponse().bodyText
            }
            // Alone it is asked each time; what it rests for grows to ten seconds.
            for _ in 0..<10 { _ = try name() }
            try gateway.apply("app.yaml", manifests("new", [ports[1]]))
            #expect(try name() == "alive")
            try upstreams[0].listen()
            try gateway.apply("app.yaml", manifests("old", ports))
            let names = try (0..<40).map { _ in try name() }
            #expect(Set(names) == ["down", "alive"])
        }
    }

    @Test func `when every destination refuses the answer is 503 UF`() throws {
        let down = try (0..<3).map { _ in try ScriptedUpstream(isListening: false) { _ in } }
        defer { for upstream in down { upstream.stop() } }
        try withDestinations(down.map(\.port)) { gateway throws in
            for _ in 0..<5 {
                #expect(try RawClient.ask(port: gateway.external, ask()).status == 503)
            }
            // Back-off must not outlast a destination's return by much.
            for upstream in down { try upstream.listen() }
        }
    }

    @Test(arguments: [500, 502, 503, 504, 429])
    func `a response is never a reason to ask again`(status: Int) throws {
        try withApp(answering: { _ in response("\(status) Whatever", "Retry-After: 1", body: "mine")
        }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            for count in 1...3 {
                try client.send(ask())
                let answer = try client.readResponse()
                #expect(answer.startLine == "HTTP/1.1 \(status) Whatever")
                #expect(answer["Retry-After"] == "1")
                #expect(answer.bodyText == "mine")
                #expect(upstream.requests.count == count)
            }
        }
    }

    @Test func `load is shared by all destinations`() throws {
        let upstreams = try (0..<4).map { try EchoUpstream("\($0)") }
        defer { for upstream in upstreams { upstream.stop() } }
        try withDestinations(upstreams.map(\.port)) { gateway throws in
            let load = LoadClient(
                port: gateway.external, connections: 16, requests: [ask()], count: 2000)
            let report = try load.finish(isCounted: true)
            #expect(report.failures.isEmpty)
            #expect(report.counts.count == 4)
            #expect(report.counts.values.allSatisfy { $0 > 100 }, "\(report.counts)")
        }
    }

    @Test func `a destination that does not even refuse is given up after some seconds`() throws {
        // A full queue of connections that nobody accepts: the kernel drops what else comes.
        let silent = try Socket.bind()
        try silent.listen(backlog: 0)
        let filling = try RawClient(port: silent.port)
        defer { filling.close() }
        try withDestinations([silent.port]) { gateway throws in
            let asked = ContinuousClock.now
            let answer = try RawClient.ask(port: gateway.external, ask(), within: .seconds(15))
            #expect(answer.status == 503)
            // 5 s, twice where the safe re-send has no other destination.
            #expect((4.0...12.0).contains((ContinuousClock.now - asked) / .seconds(1)))
            try gateway.waitForMetric("weir_requests_total", ["flags": "UF"]) { $0 == 1 }
        }
    }
}
