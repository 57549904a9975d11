import Foundation
import TestSupport
import Testing

/// curl over HTTP/2 before upstreams of both protocols.
@Suite struct `curl` {
    /// What both upstreams answer with: bytes that repeat.
    private static func block(_ count: Int) -> Data {
        Data((0..<count).map { UInt8(($0 % 65536 &* 31) % 256) })
    }

    @Test(arguments: Transport.allCases, UpstreamKind.allCases)
    func `asks over HTTP/2`(transport: Transport, upstream: UpstreamKind) throws {
        try withUpstreams(upstream.reporter, isH2C: upstream == .h2c) { stage throws in
            let format = ["-o", "/dev/null", "-w", "%{http_version} %{http_code}"]
            let said = try stage.curl(transport, "/x?y=1", format)
            #expect(said.stdout == "2 200", "\(said.stderr)")
            let report = try stage.report(transport, "/x?y=1", "-H", "X-Mine: 1", "-H", "Cookie: a")
            let host = report.values(upstream == .h2c ? ":authority" : "host")
            #expect(host == ["\(app):\(stage.port(transport))"])
            #expect(report.values("x-mine") == ["1"])
            #expect(report.values(":path") == ["/x?y=1"])
            #expect(report.values(":method") == ["GET"])
            let scheme = transport == .secure ? "https" : "http"
            #expect(report.values("x-forwarded-proto") == [scheme])
            #expect(report.values("x-forwarded-for") == ["127.0.0.1"])
            #expect(report.values("forwarded").count == 1)
            #expect(report.values("x-request-id").count == 1)
            #expect(report.values("knative-serving-revision") == ["app-one"])
            #expect(report.values("connection") == [])
            #expect(report.values("http2-settings") == [])
            #expect(report.length == 0)
            try stage.gateway.waitForMetric(
                "weir_requests_total", ["protocol": "http2", "code": "200", "revision": "app-one"]
            ) { $0 == 2 }
        }
    }

    @Test(arguments: Transport.allCases, UpstreamKind.allCases)
    func `sends and gets 20 MB unharmed`(transport: Transport, upstream: UpstreamKind) throws {
        try withUpstreams(upstream.reporter, isH2C: upstream == .h2c) { stage throws in
            let scratch = try ScratchFolder()
            let size = 20_000_000
            let body = Self.block(size)
            try body.write(to: URL(fileURLWithPath: scratch.path("body")))
            let sum = try Tool.succeed(["/usr/bin/sha256sum", scratch.path("body")]).stdout.prefix(
                64)
            let report = try stage.report(transport, "/up", "-T", scratch.path("body"))
            #expect(report.length == size)
            #expect(report.sha256 == sum)
            #expect(report.values("content-length") == ["\(size)"])

            for query in ["", "?no-length"] {
                let got = try stage.curl(
                    transport, "/bytes/\(size)\(query)", "-o", scratch.path("answer"))
                #expect(got.isGood, "\(got.stderr)")
                let answer = try Data(contentsOf: URL(fileURLWithPath: scratch.path("answer")))
                #expect(answer == body)
            }
        }
    }

    @Test(arguments: Transport.allCases, UpstreamKind.allCases)
    func `sees heads without bodies`(transport: Transport, upstream: UpstreamKind) throws {
        try withUpstreams(upstream.reporter, isH2C: upstream == .h2c) { stage throws in
            let head = try stage.curl(transport, "/bytes/100", "--head")
            #expect(head.isGood, "\(head.stderr)")
            #expect(head.stdout.hasPrefix("HTTP/2 200"))
            #expect(head.stdout.contains("content-length: 100\r\n"))
            for status in [204, 304] {
                let said = try stage.curl(
                    transport, "/status/\(status)", "-o", "/dev/null", "-w",
                    "%{http_code} %{size_download}")
                #expect(said.stdout == "\(status) 0", "\(said.stderr)")
            }
        }
    }

    @Test(arguments: UpstreamKind.allCases, ["--http1.1", "--http2-prior-knowledge"])
    func `sees trailers, early hints and slow bodies`(
        upstream: UpstreamKind, version: String
    ) throws {
        try withUpstreams(upstream.reporter, isH2C: upstream == .h2c) { stage throws in
            func ask(_ path: String) throws -> String {
                let said = try stage.curl(
                    .plain, path, "-i", "-H", "TE: trailers", "-d", "abc", version)
                #expect(said.isGood, "\(path): \(said.stderr)")
                return said.stdout.lowercased()
            }
            let sum = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            #expect(try ask("/trailers").contains("x-sum: \(sum)\r\n"))
            let hinted = try ask("/hints")
            #expect(hinted.contains(#/^http/[12.]+ 103/#))
            #expect(hinted.contains("link: </style.css>; rel=preload\r\n"))
            #expect(hinted.contains(#/http/[12.]+ 200/#))
            #expect(try ask("/slow/5").hasSuffix("0\n1\n2\n3\n4\n"))
        }
    }

    /// RFC 7540's upgrade is gone with RFC 9113: the request is answered as it came.
    @Test func `gets HTTP/1 where it asks for an upgrade to h2c`() throws {
        try withUpstreams("h1_upstream", isH2C: false) { stage throws in
            let port = stage.gateway.external
            let said = try Tool.run([
                "/usr/bin/curl", "--silent", "--http2", "--max-time", "10", "--resolve",
                "\(app):\(port):127.0.0.1", "-w", " %{http_version}", "http://\(app):\(port)/",
            ])
            #expect(said.stdout.hasSuffix(" 1.1"), "\(said.stdout) \(said.stderr)")
            let report = try HTTPReport(said.stdout.dropLast(4))
            #expect(report.values("http2-settings") == [])
            #expect(report.values("upgrade") == [])
        }
    }
}
