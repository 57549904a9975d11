import TestSupport
import Testing

/// Clients that close one direction, or leave.
@Suite struct `Half-close` {
    @Test func `a client that has finished sending still gets its answer`() throws {
        let isSent = Latch()
        try withApp { connection in
            while try connection.readRequest() != nil {
                try isSent.wait("the client has closed its half")
                try connection.send(response(body: "late"))
            }
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            client.finishSending()
            // A worker that spins on the closed half would never be at rest.
            try eventually("the gateway is at rest") { gateway.process.isAtRest }
            isSent.open()
            #expect(try client.readResponse().bodyText == "late")
            #expect(try client.waitForEnd() == .closed(after: 0))
        }
    }

    @Test func `pipelined requests before the half-close are all answered`() throws {
        try withApp(answering: { response(body: $0.target) }) { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send((0..<10).map { ask("GET", "/\($0)") }.joined())
            client.finishSending()
            for number in 0..<10 {
                #expect(try client.readResponse().bodyText == "/\(number)")
            }
            #expect(try client.waitForEnd() == .closed(after: 0))
        }
    }

    @Test func `a body that ends by half-close instead of its framing is refused`() throws {
        try withApp { connection in
            guard var request = try connection.readHead() else { return }
            try connection.readBody(of: &request)
            try connection.send(response(body: "whole?"))
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask("POST", "/", "Content-Length: 10") + "short")
            client.finishSending()
            let answer = try? client.readResponse()
            #expect(answer == nil || answer?.status == 400)
            try eventually("the upstream connection is ended") {
                upstream.connections.allSatisfy(\.isClosed)
            }
            #expect(upstream.requests.isEmpty)
        }
    }

    @Test func `a client that leaves ends its exchange at the upstream`() throws {
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.waitForEnd()
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            try eventually("the upstream has the request") { upstream.requests.count == 1 }
            client.reset()
            try eventually("the upstream connection is ended") {
                try upstream.connection().isClosed
            }
            try gateway.waitForMetric("weir_requests_total", ["flags": "DC"]) { $0 == 1 }
            try gateway.waitForMetric("weir_active_requests") { $0 == 0 }
        }
    }

    @Test func `over TLS a client that closes while it waits has left`() throws {
        let upstream = try ScriptedUpstream { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.waitForEnd()
        }
        defer { upstream.stop() }
        let authority = try Authority()
        let files = try [
            "app.yaml": Manifests.simple("app", ports: [upstream.port]),
            "secret.yaml": authority.issue(app).secret("app"),
        ]
        try withGateway(files) { gateway throws in
            _ = try Tool.run(
                ["/usr/bin/curl", "--silent", "--http1.1", "--max-time", "1"]
                    + ["--cacert", authority.path, "https://\(app):\(gateway.externalTLS)/"]
                    + ["--resolve", "\(app):\(gateway.externalTLS):127.0.0.1"])
            try eventually("the upstream connection is ended") {
                try upstream.connection().isClosed
            }
            try gateway.waitForMetric("weir_requests_total", ["flags": "DC"]) { $0 == 1 }
        }
    }

    @Test func `a client that leaves in the middle of a response ends it`() throws {
        let block = [UInt8](repeating: 0x61, count: 65536)
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try connection.send(head("HTTP/1.1 200 OK", "Content-Length: 1000000000"))
            while true { try connection.send(block) }
        } _: { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            _ = try client.readResponseHead()
            _ = try client.readExactly(100_000)
            client.close()
            try eventually("the upstream connection is ended") {
                try upstream.connection().isClosed
            }
            try gateway.waitForMetric("weir_requests_total", ["flags": "DC"]) { $0 == 1 }
        }
    }

    @Test func `connections that come and go without a word are forgotten`() throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            for number in 0..<50 {
                let client = try RawClient(port: gateway.external)
                if number.isMultiple(of: 2) { try client.send("GET / HT") }
                if number.isMultiple(of: 3) { client.reset() } else { client.close() }
            }
            let labels = ["listener": "external-http"]
            try gateway.waitForMetric("weir_connections", labels) { $0 == 0 }
            #expect(try RawClient.ask(port: gateway.external, ask()).status == 200)
            #expect(upstream.requests.count == 1)
        }
    }
}
