import Foundation
import TestSupport
import Testing

/// The same over TLS, by curl, which negotiates the version.
extension Matrix {
    @Suite struct `TLS` {
        private func withTLSPair(
            _ pair: Pair, _ handler: @escaping PairUpstream.Handler = { try $0.echo() },
            _ body: (PairStage, ([String]...) throws -> Tool.Output) throws -> Void
        ) throws {
            let authority = try Authority()
            let upstream = try PairUpstream(pair.upstream, handler)
            let files = try [
                "app.yaml": Manifests.simple(
                    "app", ports: [upstream.port], isH2C: pair.upstream == .http2),
                "secret.yaml": authority.issue(app).secret("app"),
            ]
            try withPair(pair, [upstream], files: files) { stage throws in
                let port = stage.gateway.externalTLS
                let usual = [
                    "--silent", "--show-error", "--max-time", "10", "--cacert", authority.path,
                    "--resolve", "\(app):\(port):127.0.0.1",
                    pair.client == .http2 ? "--http2" : "--http1.1",
                ]
                try body(stage) { requests in
                    try Tool.run(
                        ["/usr/bin/curl"]
                            + requests.map { request in
                                let url = "https://\(app):\(port)"
                                return usual + request.map { $0.replacing("URL", with: url) }
                            }.joined(separator: ["--next"]))
                }
            }
        }

        @Test(arguments: Pair.allCases)
        func `heads and bodies pass, several over one connection`(pair: Pair) throws {
            try withTLSPair(pair) { exchange in
                let request = try exchange.readRequest()
                try exchange.begin(200, ("x-proto", request["x-forwarded-proto"] ?? ""))
                try exchange.stream.send(
                    request.body + Array("\n".utf8), isLast: true, within: .seconds(10))
            } _: { stage, curl throws in
                let scratch = try ScratchFolder()
                let text = String(repeating: "0123456789abcdef", count: 1 << 16)
                try ManifestFolder(path: scratch.path).write("body", text)
                let said = try curl(
                    [
                        "--data-binary", "@" + scratch.path("body"), "-H", "Expect:",
                        "-o", scratch.path("one"), "-D", scratch.path("head"), "URL/one?a=b",
                    ], ["-X", "PUT", "--data", "small", "URL/two"])
                #expect(said.isGood, "\(said.stderr)")
                let version = pair.client == .http2 ? "HTTP/2 200" : "HTTP/1.1 200"
                let head = scratch.read("head")
                #expect(head.hasPrefix(version))
                #expect(head.lowercased().contains("\r\nx-proto: https\r\n"))
                #expect(scratch.read("one") == text + "\n")
                #expect(said.stdout == "small\n")
                #expect(stage.upstream.requests.map(\.path) == ["/one?a=b", "/two"])
                #expect(
                    stage.upstream.requests.allSatisfy {
                        $0.authority == "\(app):\(stage.gateway.externalTLS)"
                    })
                try stage.waitForCount(2, flags: "-", code: "200")
            }
        }

        @Test(arguments: Pair.allCases)
        func `a response that breaks off fails for the client`(pair: Pair) throws {
            try withTLSPair(pair) { exchange in
                try exchange.readRequest()
                try exchange.begin()
                try exchange.send("some")
                exchange.stream.cut()
            } _: { _, curl throws in
                #expect(try !curl(["URL/"]).isGood)
            }
        }
    }
}
