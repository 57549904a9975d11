import TestSupport
import Testing

/// One client's or one stream's lot on a shared connection, or in a shared worker.
@Suite struct `HTTP/2 and shared fate` {
    @Test func `a slow reader of many downloads gets all of them`() throws {
        try withPlainApp { gateway, _ throws in
            let client = try H2Client(
                port: gateway.external, settings: [.initialWindowSize(H2Wire.windowMax)],
                receiveBuffer: 65_536)
            try client.send(.windowUpdate(0, H2Wire.windowMax - 65535))
            let asked = try (0..<24).map { _ in try client.request(fields("GET", large)) }
            // What it does not read piles up where it may, and no further.
            try untilStable("resident kilobytes") { gateway.process.residentKilobytes.now / 256 }
            for stream in asked {
                #expect(try client.readResponse(stream).body.count == 1 << 20)
            }
        }
    }

    @Test func `parallel downloads over TLS come whole`() throws {
        try withUpstreams(
            UpstreamKind.http1.reporter, isH2C: false,
            settings: ["default-certificate": "default/app"]
        ) { stage throws in
            let url = "https://127.0.0.1:\(stage.gateway.externalTLS)/bytes/4000000"
            let output = try Tool.succeed(
                ["/usr/bin/nghttp", "--no-verify-peer", "--stat", "--null-out", "-m", "12"]
                    + ["-w", "30", "-W", "30", "-H", ":authority: \(app)", url])
            let whole = output.stdout.matches(of: #/ 200 +3M /bytes/#).count
            #expect(whole == 12, "\(output.stdout)")
        }
    }

    @Test func `heads that never end leave nothing behind`() throws {
        let upstream = try ScriptedUpstream(answerPlainly)
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port])]
        try withGateway(files, descriptors: 256) { gateway throws in
            for _ in 0..<1500 {
                let client = try H2Client(silentlyTo: gateway.external)
                try client.start(settings: [])
                try client.send(.headers(1, fields(), []))
                client.close()
            }
            for _ in 0..<10 {
                #expect(try H2Client.ask(port: gateway.external, fields()).status == 200)
            }
        }
    }
}
