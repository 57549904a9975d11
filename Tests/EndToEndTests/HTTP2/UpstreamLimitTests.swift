import Foundation
import TestSupport
import Testing

/// When an upstream says how many streams it takes (RFC 9113 §5.1.2).
@Suite struct `An upstream's stream limit` {
    /// Eight clients of HTTP/1, and an upstream of HTTP/2 whose SETTINGS are held back.
    private struct Scene {
        let gateway: Gateway
        let upstream: H2Upstream
        let clients: [RawClient]
        let maySay: Latch
        /// Connections whose SETTINGS were said, and what their scripts say at once.
        let saying: AtomicCount
        /// Requests that were taken; none is ever answered.
        let taken: AtomicCount

        func waitForPreface() throws {
            try eventually("the preface is there") {
                upstream.connections.first?.hasPreface == true
            }
        }

        /// Sends all requests but the first while the gateway stands still, then SETTINGS: one turn to it.
        func sendTheOthersInOneTurn(_ request: String) throws {
            gateway.process.send(SIGSTOP)
            defer { gateway.process.send(SIGCONT) }
            try eventually("it stands still") { gateway.process.isStopped }
            for client in clients.dropFirst() { try client.send(request) }
            maySay.open()
            try eventually("SETTINGS were said") { saying.value == 1 }
        }

        func waitForAll() throws {
            try eventually("all are there", within: .seconds(5)) { taken.value == clients.count }
        }
    }

    /// Of a connection so many requests are taken; `goAway` has the first one say that with its SETTINGS.
    private func withScene(
        limit: UInt32, goAway: Bool = false, _ body: (Scene) throws -> Void
    ) throws {
        let (maySay, saying, taken) = (Latch(), AtomicCount(), AtomicCount())
        let upstream = try H2Upstream(
            settings: [.maxConcurrentStreams(limit)], saidAfter: maySay
        ) { connection in
            if goAway, connection.index == 0 { try connection.send(.goAway(last: 1)) }
            saying.add()
            var room = goAway && connection.index == 0 ? 1 : limit
            while let request = try connection.readRequest() {
                if room == 0 {
                    try connection.send(.reset(request.stream, .refusedStream))
                } else {
                    room -= 1
                    taken.add()
                }
            }
        }
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port], isH2C: true)]
        try withGateway(files) { gateway in
            let clients = try (0..<8).map { _ in try RawClient(port: gateway.external) }
            try gateway.waitForMetric("weir_connections", ["listener": "external-http"]) { $0 == 8 }
            try body(
                Scene(
                    gateway: gateway, upstream: upstream, clients: clients, maySay: maySay,
                    saying: saying, taken: taken))
        }
    }

    /// Before SETTINGS nobody knows how many there may be, and what is too much is refused.
    @Test func `that is known late costs no request its body`() throws {
        try withScene(limit: 2) { scene in
            for client in scene.clients { try client.send(post("/", "hello")) }
            try scene.waitForPreface()
            scene.maySay.open()
            try scene.waitForAll()
        }
    }

    /// The library must not keep requests back that were begun when nobody knew the limit.
    ///
    /// Those would wait until others end. Nor may bodies be on their way that cannot be sent again.
    @Test(arguments: [ask(), post("/", "hello")])
    func `that comes in the same turn as requests sends none of them to wait`(request: String)
        throws
    {
        try withScene(limit: 2) { scene in
            try scene.clients[0].send(request)
            try scene.waitForPreface()
            try scene.sendTheOthersInOneTurn(request)
            try scene.waitForAll()
            #expect(scene.upstream.connections.count >= 4)
        }
    }

    /// Nothing more may be begun there (RFC 9113 §6.8), whatever the limit.
    @Test(arguments: [ask(), post("/", "hello")])
    func `that comes with GOAWAY costs no request that waits for it`(request: String) throws {
        try withScene(limit: 100, goAway: true) { scene in
            try scene.clients[0].send(request)
            try scene.waitForPreface()
            try scene.sendTheOthersInOneTurn(request)
            try scene.waitForAll()
            #expect(scene.upstream.connections.count == 2)
        }
    }

    /// The library goes by a limit as soon as it has read it, before we look at what came in front.
    @Test func `that is lowered behind a refusal sends who was refused elsewhere`() throws {
        let upstream = try H2Upstream(settings: [.maxConcurrentStreams(100)]) { connection in
            while let request = try connection.readRequest() {
                if connection.index > 0 {
                    try connection.respond(to: request.stream, H2Answer(200))
                } else if connection.requests.count == 2 {
                    try connection.send(
                        .reset(request.stream, .refusedStream), .settings(.maxConcurrentStreams(1)))
                }
            }
        }
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port], isH2C: true)]
        try withGateway(files) { gateway in
            let held = try RawClient(port: gateway.external)
            try held.send(ask())
            try eventually("it is there") { upstream.connections.first?.requests.count == 1 }
            let refused = try RawClient(port: gateway.external)
            try refused.send(ask())
            #expect(try refused.readResponse().status == 200)
        }
    }

    /// It was connected to, and is not there all the same: who waits does not wait for good.
    ///
    /// Nor where what was sent early ends meanwhile, and what waited next is sent in its place.
    @Test func `that never comes sends who waits for it elsewhere`() throws {
        let silent = try H2Upstream(silent: .max) { _ in }
        defer { silent.stop() }
        let taken = AtomicCount()
        // None is answered: each destination is given as many as the other.
        let other = try H2Upstream { connection in
            while try connection.readRequest() != nil { taken.add() }
        }
        defer { other.stop() }
        let files = [
            "app.yaml": Manifests.simple("app", ports: [silent.port, other.port], isH2C: true)
        ]
        try withGateway(files) { gateway in
            let client = try H2Client(port: gateway.external)
            let streams = try (0..<8).map { _ in try client.request(fields("POST"), body: "hello") }
            try gateway.waitForMetric("weir_active_requests") { $0 == 8 }
            try eventually("the one that answers has its half") { taken.value == 4 }
            // One of the first two was sent to each.
            try client.send(.reset(streams[0], .cancel), .reset(streams[1], .cancel))
            try gateway.waitForMetric("weir_active_requests") { $0 == 6 }
            // One was sent to the silent one in the place of the one that ended, two wait.
            try eventually("those go to the other", within: .seconds(20)) { taken.value == 6 }
        }
    }

    /// Behind a Service's address another pod may take the next connection.
    @Test func `that never comes on one connection has who waits for it go over another`() throws {
        let taken = AtomicCount()
        let upstream = try H2Upstream(silent: 1) { connection in
            while let request = try connection.readRequest() {
                taken.add()
                try connection.respond(to: request.stream, H2Answer(200))
            }
        }
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port], isH2C: true)]
        try withGateway(files) { gateway in
            let client = try H2Client(port: gateway.external)
            let streams = try (0..<3).map { _ in try client.request(fields("POST"), body: "hello") }
            for stream in streams.dropFirst() {
                #expect(try client.readResponse(stream, within: .seconds(25)).status == 200)
            }
            #expect(taken.value == 2)
        }
    }
}
