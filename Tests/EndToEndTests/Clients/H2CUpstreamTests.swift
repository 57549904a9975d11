import TestSupport
import Testing

/// What an h2c upstream may do to an exchange.
@Suite struct `An h2c upstream` {
    private func withUpstream(_ body: (ClientStage) throws -> Void) throws {
        try withUpstreams("h2c_upstream", isH2C: true, body)
    }

    @Test(arguments: ["--http1.1", "--http2-prior-knowledge"])
    func `that refuses a stream is asked once more`(version: String) throws {
        try withUpstream { stage throws in
            #expect(try stage.report(.plain, "/refuse?one", version).name == "one")
            #expect(try stage.report(.plain, "/refuse?two", version).name == "one")
        }
    }

    @Test(arguments: ["--http1.1", "--http2-prior-knowledge"])
    func `that resets a stream half way cuts that exchange only`(version: String) throws {
        try withUpstream { stage throws in
            _ = try stage.report(.plain, "/", version)
            let cut = try stage.curl(.plain, "/reset", version)
            #expect(!cut.isGood)
            let after = try stage.report(.plain, "/", version)
            #expect(after.connection == 1)
        }
    }

    @Test func `that says it goes away gets the next request on a new connection`() throws {
        try withUpstream { stage throws in
            #expect(try stage.report(.plain, "/goaway").connection == 1)
            for _ in 0..<5 { #expect(try stage.report(.plain).connection == 2) }
        }
    }

    @Test func `gets requests of many clients on one connection`() throws {
        try withUpstream { stage throws in
            for _ in 0..<10 { #expect(try stage.report(.plain).connection == 1) }
            for _ in 0..<10 { #expect(try stage.report(.secure).connection == 1) }
        }
    }

    @Test func `gets te, grpc-timeout and the port of the authority as they came`() throws {
        try withUpstream { stage throws in
            let scratch = try ScratchFolder()
            try ManifestFolder(path: scratch.path).write("message", "\0\0\0\0\0")
            for transport in Transport.allCases {
                let said = try stage.curl(
                    transport, "/weir.test.Echo/Unary", "--data-binary",
                    "@" + scratch.path("message"), "-H", "Content-Type: application/grpc+proto",
                    "-H", "TE: trailers", "-H", "grpc-timeout: 3S", "-i", "-o", "-")
                #expect(said.isGood, "\(said.stderr)")
                #expect(said.stdout.contains("grpc-status: 0\r\n"))
                let line = try #require(stage.upstreams[0].lines.last)
                let report = try HTTPReport(line)
                #expect(report.values("te") == ["trailers"])
                #expect(report.values("grpc-timeout") == ["3S"])
                #expect(report.values("content-type") == ["application/grpc+proto"])
                #expect(report.values(":authority") == ["\(app):\(stage.port(transport))"])
                #expect(report.length == 5)
            }
        }
    }
}
