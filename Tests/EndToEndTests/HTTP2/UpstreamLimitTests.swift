import Foundation
import TestSupport
import Testing

/// When an upstream says how many streams it takes (RFC 9113 §5.1.2).
@Suite struct `An upstream's stream limit` {
    /// Takes two requests of a connection, which are never answered, and refuses what is too much.
    private static func takeTwo(
        _ connection: H2UpstreamConnection, counting taken: AtomicCount
    ) throws {
        var room = 2
        while let request = try connection.readRequest() {
            if room == 0 {
                try connection.send(.reset(request.stream, .refusedStream))
            } else {
                room -= 1
                taken.add()
            }
        }
    }

    /// Before SETTINGS nobody knows how many there may be, and what is too much is refused.
    @Test func `that is known late costs no request its body`() throws {
        let maySay = Latch()
        let taken = AtomicCount()
        let upstream = try H2Upstream(settings: [.maxConcurrentStreams(2)], saidAfter: maySay) {
            try Self.takeTwo($0, counting: taken)
        }
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port], isH2C: true)]
        try withGateway(files) { gateway in
            let clients = try (0..<8).map { _ in try RawClient(port: gateway.external) }
            for client in clients { try client.send(post("/", "hello")) }
            try eventually("the preface is there") {
                upstream.connections.first?.hasPreface == true
            }
            maySay.open()
            try eventually("all are there", within: .seconds(5)) { taken.value == 8 }
        }
    }

    /// The kernel says "stopped" of a process in the third field of its `stat`.
    private static func isStopped(_ pid: pid_t) throws -> Bool {
        let text = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        return text.components(separatedBy: ") ").last?.hasPrefix("T") == true
    }

    /// The library must not keep requests back that were begun when nobody knew the limit.
    ///
    /// Those would wait until others end. Nor may bodies be on their way that cannot be sent again.
    @Test(arguments: [ask(), post("/", "hello")])
    func `that comes in the same turn as requests sends none of them to wait`(request: String)
        throws
    {
        let maySay = Latch()
        let taken = AtomicCount()
        let saying = AtomicCount()
        let upstream = try H2Upstream(settings: [.maxConcurrentStreams(2)], saidAfter: maySay) {
            saying.add()
            try Self.takeTwo($0, counting: taken)
        }
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port], isH2C: true)]
        try withGateway(files) { gateway in
            let clients = try (0..<8).map { _ in try RawClient(port: gateway.external) }
            try gateway.waitForMetric("weir_connections", ["listener": "external-http"]) { $0 == 8 }
            try clients[0].send(request)
            try eventually("the preface is there") {
                upstream.connections.first?.hasPreface == true
            }
            // What happens while it stands still is one turn to it.
            gateway.process.send(SIGSTOP)
            defer { gateway.process.send(SIGCONT) }
            try eventually("it stands still") { try Self.isStopped(gateway.process.pid) }
            for client in clients.dropFirst() { try client.send(request) }
            maySay.open()
            try eventually("SETTINGS were said") { saying.value == 1 }
            gateway.process.send(SIGCONT)
            try eventually("all are there", within: .seconds(5)) { taken.value == 8 }
            #expect(upstream.connections.count >= 4)
        }
    }
}
