import TestSupport
import Testing

/// Connections of HTTP/2 that live long: signs of life, age, and what goes first.
@Suite struct `HTTP/2 connections that last` {
    private let impatient = ["ping-after": "200ms", "ping-timeout": "200ms"]

    @Test func `a client that gives no sign of life is cut`() throws {
        try withPlainApp(settings: impatient) { gateway, _ throws in
            let client = try H2Client(port: gateway.external)
            client.wire.isAcknowledging = false
            try client.waitForEnd()
            #expect(client.wire.frameCounts[.ping, default: 0] >= 1)
            #expect(try gateway.refusals()["h2_ping_timeout"] == 1)
        }
    }

    @Test func `a client that answers PINGs waits as long as it likes`() throws {
        try withPlainApp(settings: impatient) { gateway, _ throws in
            let client = try H2Client(port: gateway.external)
            let waiting = try client.request(fields("GET", never))
            try client.waitUntil("it was asked often") {
                client.wire.frameCounts[.ping, default: 0] >= 4
            }
            #expect(client.messages[waiting]?.code == nil)
            #expect(try client.ask(fields()).status == 200)
            #expect(try gateway.refusals() == [:])
        }
    }

    @Test func `an upstream that gives no sign of life is cut, and its exchange answered`() throws {
        let upstream = try H2Upstream { connection in
            connection.wire.isAcknowledging = false
            try connection.waitForEnd()
        }
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port], isH2C: true)]
        try withGateway(files, settings: impatient) { gateway throws in
            let answer = try H2Client.ask(port: gateway.external, fields())
            #expect(answer.status == 503)
        }
    }

    @Test func `an old connection finishes its streams and is replaced`() throws {
        try withPlainApp(settings: ["connection-max-age": "300ms"]) { gateway, _ throws in
            let client = try H2Client(port: gateway.external)
            #expect(try client.ask(fields()).status == 200)
            try client.waitUntil("it is told to end") { client.goAway != nil }
            #expect(client.goAway?.code == .noError)
            #expect(try client.waitForEnd() == .closed)
            #expect(try H2Client.ask(port: gateway.external, fields()).status == 200)
        }
    }

    @Test func `RFC 9218 §4.1: what is urgent goes first`() throws {
        try withPlainApp { gateway, _ throws in
            let client = try H2Client(
                port: gateway.external, settings: [.initialWindowSize(1 << 20)])
            client.wire.isUpdatingWindows = false
            let patient = try client.request(fields("GET", large, ("priority", "u=6")))
            func count(_ stream: UInt32) -> Int { client.messages[stream]?.body.count ?? 0 }
            try client.waitUntil("the connection's window is used up") {
                count(patient) == 65_535
            }
            let urgent = try client.request(fields("GET", large, ("priority", "u=0")))
            try client.waitUntil("a head") { client.messages[urgent]?.status == 200 }
            try client.send(.windowUpdate(0, 40_000))
            try client.waitUntil("it is used up again") {
                count(patient) + count(urgent) == 65_535 + 40_000
            }
            #expect(count(urgent) == 40_000)
        }
    }
}
