import Foundation
import TestSupport
import Testing

/// What anybody can do who reaches the status listener.
@Suite struct `A flood of the status listener` {
    private func withGateway(_ body: (Gateway) throws -> Void) throws {
        try withApp(answering: { _ in response(body: "x") }) { gateway, _ throws in
            try body(gateway)
            #expect(try gateway.get("/healthz", port: gateway.status).status == 200)
            #expect(try gateway.get("/readyz", port: gateway.status).status == 200)
            #expect(try RawClient.ask(port: gateway.external, ask()).bodyText == "x")
        }
    }

    /// A gateway that the body ends.
    private func withDrained(_ body: (Gateway) throws -> Void) throws {
        try body(Gateway(["app.yaml": Manifests.simple("app", ports: [1])]))
    }

    @Test func `idle connections are few, and keep nobody out`() throws {
        try withGateway { gateway in
            let before = gateway.process.openDescriptors
            let idle = try (0..<100).map { _ in try RawClient(port: gateway.status) }
            // The oldest are closed at once for the new ones, long before they have been idle for long.
            for client in idle.prefix(60) { _ = try client.waitForEnd(within: .seconds(5)) }
            #expect(gateway.process.openDescriptors <= before + 40)
            #expect(try gateway.get("/healthz", port: gateway.status).status == 200)
            let said = gateway.process.stderr.components(separatedBy: "listeners.status: more than")
            #expect(said.count == 2)
        }
    }

    @Test func `who is silent, slow, or takes no answer is closed in time`() throws {
        try withGateway { gateway in
            let silent = try RawClient(port: gateway.status)
            let half = try RawClient(port: gateway.status)
            try half.send("GET /metrics HTTP/1.1\r\nHost: x\r\n")
            let kept = try RawClient(port: gateway.status)
            try kept.send(head("GET /healthz HTTP/1.1", "Host: x"))
            #expect(try kept.readResponse().status == 200)
            for client in [silent, half, kept] {
                _ = try client.waitForEnd(within: .seconds(30))
            }
        }
    }

    @Test func `pipelined requests are answered one after another, and hold up no drain`() throws {
        try withDrained { gateway in
            let pipelined = String(repeating: head("GET /metrics HTTP/1.1", "Host: x"), count: 20)
            let deaf = try (0..<30).map { _ in
                let client = try RawClient(port: gateway.status, receiveBuffer: 4096)
                try client.send(pipelined)
                return client
            }
            #expect(try gateway.get("/readyz", port: gateway.status).status == 200)
            #expect(try deaf[0].readResponse().status == 200)
            #expect(try deaf[0].readResponse().status == 200)
            gateway.process.send(SIGTERM)
            #expect(try gateway.process.waitForEnd(within: .seconds(10)) == .exit(0))
        }
    }
}
