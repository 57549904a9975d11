import TestSupport
import Testing

/// No slot or no descriptor is free: who comes waits or is told so, and all is well afterwards.
@Suite struct `Out of descriptors` {
    @Test func `connections beyond the room wait in the kernel until there is some`() throws {
        try withApp(descriptors: 300) { gateway, _ throws in
            // Half of 300 - 128.
            let clients = try (0..<86).map { _ throws in
                let client = try RawClient(port: gateway.external)
                try client.send(ask())
                #expect(try client.readResponse().status == 200)
                return client
            }
            let waiting = try RawClient(port: gateway.external)
            try waiting.send(ask())
            try gateway.waitForMetric("weir_glitches_total", ["kind": "accept_pause"]) { $0 > 0 }
            #expect(try gateway.metrics().sum("weir_connections") == 86)
            // Those who are in are served all the while.
            try clients[1].send(ask())
            #expect(try clients[1].readResponse().status == 200)
            clients[0].close()
            #expect(try waiting.readResponse().status == 200)
        }
    }

    @Test func `without room for an upstream's connection the answer is 503 UO`() throws {
        try withApp(descriptors: 192) { gateway, upstream throws in
            // 64 slots, of which the client has one.
            let client = try H2Client(port: gateway.external)
            let streams = try (0..<80).map { _ in try client.request(fields("GET", never)) }
            try gateway.waitForMetric("weir_requests_total", ["flags": "UO", "code": "503"]) {
                $0 == 17
            }
            for stream in streams[63...] {
                let answer = try client.readResponse(stream)
                #expect(answer.status == 503)
                #expect(
                    answer.bodyText == "the gateway has no room for a request to the revision\n")
            }
            #expect(upstream.connections.count == 63)
            for stream in streams[..<63] { try client.send(.reset(stream, .cancel)) }
            try eventually("there is room") {
                let stream = try client.request(fields())
                return try client.readResponse(stream).status == 200
            }
        }
    }

    @Test func `when the process has no descriptor left it does not spin and comes back`() throws {
        // What the gateway itself has open, so that few are left for traffic.
        let own = try descriptorsOfAnIdleGateway()
        try withApp(descriptors: own + 20) { gateway, _ throws in
            var clients: [RawClient] = []
            for _ in 0..<30 { clients.append(try RawClient(port: gateway.external)) }
            try eventually("no descriptor is left") {
                gateway.process.openDescriptors == own + 20
            }
            try eventually("it rests") { gateway.process.isAtRest }
            for client in clients { client.close() }
            try eventually("descriptors come back") {
                gateway.process.openDescriptors < own + 5
            }
            #expect(try RawClient.ask(port: gateway.external, ask()).status == 200)
            try gateway.waitForMetric("weir_glitches_total", ["kind": "accept_pause"]) { $0 > 0 }
        }
    }

    private func withApp(
        descriptors: Int, _ body: (Gateway, ScriptedUpstream) throws -> Void
    ) throws {
        let upstream = try ScriptedUpstream(answerPlainly)
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port])]
        try withGateway(files, descriptors: descriptors) { try body($0, upstream) }
    }

    private func descriptorsOfAnIdleGateway() throws -> Int {
        let gateway = try Gateway([:])
        defer { gateway.stop() }
        var count = 0
        try untilStable("its descriptors") {
            count = gateway.process.openDescriptors
            return count
        }
        return count
    }
}
