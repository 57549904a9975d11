import TestSupport
import Testing

/// nghttp, which shows the frames.
@Suite struct `nghttp` {
    private func run(
        _ stage: ClientStage, _ transport: Transport, _ paths: [String], _ arguments: String...
    ) throws -> String {
        let scheme = transport == .secure ? "https" : "http"
        let output = try Tool.succeed(
            // An address has no server name: the authority is a field of ours.
            ["/usr/bin/nghttp", "--verbose", "--no-verify-peer", "--timeout=10"]
                + ["-H", ":authority: \(app)"] + arguments
                + paths.map { "\(scheme)://127.0.0.1:\(stage.port(transport))\($0)" })
        return output.stdout
    }

    private func withStage(
        _ upstream: UpstreamKind, _ body: (ClientStage) throws -> Void
    ) throws {
        try withUpstreams(
            upstream.reporter, isH2C: upstream == .h2c,
            settings: ["default-certificate": "default/app"], body)
    }

    @Test(arguments: Transport.allCases, UpstreamKind.allCases)
    func `asks many things at once`(transport: Transport, upstream: UpstreamKind) throws {
        try withStage(upstream) { stage throws in
            let paths = (0..<20).map { "/item/\($0)" }
            let text = try run(stage, transport, paths, "--null-out")
            #expect(text.matches(of: #/:status: 200/#).count == 20)
            #expect(text.matches(of: #/recv SETTINGS frame/#).count >= 2)
            #expect(!text.contains("RST_STREAM"))
            #expect(stage.upstreams[0].lines.count == 20)
        }
    }

    @Test(arguments: UpstreamKind.allCases)
    func `sends bodies without a length, and trailers`(upstream: UpstreamKind) throws {
        try withStage(upstream) { stage throws in
            let scratch = try ScratchFolder()
            let body = String(repeating: "abcdefgh", count: 40_000)
            try ManifestFolder(path: scratch.path).write("body", body)
            let text = try run(
                stage, .plain, ["/up"], "--data", scratch.path("body"), "--no-content-length",
                "--trailer", "x-sum: 1", "-H", "te: trailers")
            #expect(text.contains(":status: 200"))
            let report = try HTTPReport(try #require(stage.upstreams[0].lines.last))
            #expect(report.length == body.utf8.count)
            #expect(report.values("content-length") == [])
            #expect(report.trailers.map { $0.map { $0.lowercased() } } == [["x-sum", "1"]])
        }
    }

    /// curl 7.88 gives up when its upload is reset, whatever was answered.
    @Test(arguments: UpstreamKind.allCases)
    func `is answered while it is sending`(upstream: UpstreamKind) throws {
        try withStage(upstream) { stage throws in
            let scratch = try ScratchFolder()
            let body = String(repeating: "x", count: 5_000_000)
            try ManifestFolder(path: scratch.path).write("body", body)
            let text = try run(stage, .plain, ["/early"], "--data", scratch.path("body"))
            #expect(text.contains(":status: 413"))
            #expect(text.contains("large"))
            #expect(try stage.report(.plain).name == "one")
        }
    }

    @Test func `is told what the gateway takes`() throws {
        try withStage(.http1) { stage throws in
            let text = try run(stage, .plain, ["/slow/10"])
            #expect(text.contains("recv SETTINGS frame"))
            #expect(text.contains("; ACK"))
            #expect(text.contains("SETTINGS_MAX_CONCURRENT_STREAMS(0x03):100"))
            #expect(text.contains("(0x08):1"), "no extended CONNECT")
        }
    }
}
