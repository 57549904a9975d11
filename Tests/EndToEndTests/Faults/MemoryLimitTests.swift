import TestSupport
import Testing

/// The size of `/held`.
private let heldBytes = 128 << 10

/// `memory-limit`: what is shed while memory is short, what goes on, and that it comes to an end.
@Suite(.serialized) struct `Memory limit` {
    /// Connections whose streams ask for a large body and give no window for it: 64 KiB of each
    /// wait in the gateway.
    private struct Holders {
        let clients: [H2Client]
        private(set) var held: [(client: H2Client, stream: UInt32)] = []

        init(_ gateway: Gateway) throws {
            clients = try (0..<10).map { _ in
                let client = try H2Client(port: gateway.external, settings: [.initialWindowSize(0)])
                try client.send(.windowUpdate(0, H2Wire.windowMax - 65535))
                return client
            }
        }

        /// Asks until so much memory is in use, or until the gateway refuses to be asked.
        mutating func fill(_ gateway: Gateway, until kilobytes: Int = .max) throws {
            while gateway.process.residentKilobytes.now < kilobytes {
                guard held.count < clients.count * 100 else {
                    throw TestFault("\(gateway.process.residentKilobytes.now) KiB are all")
                }
                let client = clients[held.count % clients.count]
                let stream = try client.request(fields("GET", "/held"))
                try client.waitUntil("its head") {
                    client.messages[stream].map { $0.status == 200 || $0.code != nil } ?? false
                }
                if client.messages[stream]?.code == .refusedStream { return }
                held.append((client, stream))
            }
        }

        /// Takes all of it; it must be whole.
        func finish() throws {
            for client in clients {
                try client.send(.settings(.initialWindowSize(H2Wire.windowMax)))
            }
            for (client, stream) in held {
                let answer = try client.readResponse(stream, within: .seconds(20))
                #expect(answer.body.count == heldBytes)
            }
        }
    }

    /// A gateway that may have 16 MiB more than it has when it is idle.
    private func withLimit(_ body: (Gateway, _ kilobytes: Int) throws -> Void) throws {
        let upstream = try ScriptedUpstream { connection in
            while let request = try connection.readRequest() {
                let isHeld = request.target == "/held"
                let body = isHeld ? String(repeating: "x", count: heldBytes) : request.bodyText
                try connection.send(response(body: body))
            }
        }
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port])]
        let idle = try Gateway(files)
        #expect(try RawClient.ask(port: idle.external, ask()).status == 200)
        let limit = idle.process.residentKilobytes.now + 16 << 10
        idle.stop()
        try withGateway(files, settings: ["memory-limit": "\(limit)KiB"]) { try body($0, limit) }
    }

    private func waitForShedding(_ gateway: Gateway, _ what: String) throws {
        try gateway.waitForMetric("weir_memory_shedding", ["what": what]) { $0 == 1 }
    }

    @Test(.enabled(if: !Sanitizers.areOn))
    func `connections are refused, then requests, and exchanges go on`() throws {
        try withLimit { gateway, limit throws in
            #expect(try gateway.metrics().sum("weir_memory_limit_bytes") == Double(limit << 10))
            var holders = try Holders(gateway)
            let shared = try H2Client(port: gateway.external)
            let pair = try (0..<2).map { _ in try RawClient(port: gateway.external) }

            // New connections first: the open ones are served.
            try holders.fill(gateway, until: limit + limit / 100)
            try waitForShedding(gateway, "connections")
            let refused = try RawClient(port: gateway.external)
            try? refused.send(ask())
            #expect(throws: (any Error).self) { try refused.readResponse() }
            #expect(try gateway.rejections("memory_limit_connection") >= 1)
            try pair[0].send(ask())
            #expect(try pair[0].readResponse().status == 200)

            // Then new requests: each client is told so that it may ask again.
            try holders.fill(gateway)
            try waitForShedding(gateway, "requests")
            try pair[1].send(ask())
            let answer = try pair[1].readResponse()
            #expect(answer.status == 503)
            #expect(answer.has("Connection", word: "close"))
            guard case .reset(.refusedStream) = try shared.outcome(of: shared.request(fields()))
            else {
                Issue.record("no refused stream")
                return
            }
            // These two, and the one that was one too many.
            #expect(try gateway.rejections("memory_limit_request") == 3)
            #expect(try gateway.metrics().sum("weir_requests_total", ["flags": "OM"]) == 3)

            // What was under way comes whole, and memory with it.
            try holders.finish()
            try gateway.waitForMetric("weir_memory_shedding", within: .seconds(20)) { $0 == 0 }
            #expect(try RawClient.ask(port: gateway.external, ask()).status == 200)
            #expect(try shared.ask(fields()).status == 200)
            for words in [
                "new connections are refused", "new connections and new requests are refused",
                "everything is served again",
            ] {
                #expect(gateway.process.stderr.contains(words))
            }
        }
    }

    /// A client that goes on asking is no flood: its connection has exchanges under way.
    @Test(.enabled(if: !Sanitizers.areOn))
    func `streams refused by the hundred do not end their connection`() throws {
        try withLimit { gateway, _ throws in
            var holders = try Holders(gateway)
            let client = try H2Client(port: gateway.external)
            let slow = try client.request(
                fields("POST", "/", ("content-length", "5")), endStream: false)
            try gateway.waitForMetric("weir_active_requests") { $0 == 1 }
            try holders.fill(gateway)
            try waitForShedding(gateway, "requests")
            for _ in 0..<600 {
                guard case .reset(.refusedStream) = try client.outcome(of: client.request(fields()))
                else {
                    Issue.record("no refused stream")
                    return
                }
            }
            try client.wire.sendData(slow, Array("hello".utf8), isLast: true)
            #expect(try client.readResponse(slow).bodyText == "hello")
            #expect(try gateway.refusals() == ["memory_limit_request": 601])
            try holders.finish()
        }
    }

    @Test func `without a limit there is none`() throws {
        try withGateway([:], settings: ["memory-limit": "off"]) { gateway throws in
            #expect(try gateway.metrics().all("weir_memory_limit_bytes").isEmpty)
        }
    }
}
