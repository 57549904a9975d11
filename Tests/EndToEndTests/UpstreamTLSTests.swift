import Foundation
import TestSupport
import Testing

/// Revisions that are asked over TLS (Knative §6.5): encrypted and verified, or not at all.
@Suite struct `TLS to a revision` {
    /// Runs a gateway whose Route `app` leads to an upstream with TLS; its certificate is for these
    /// names, by `issuer`, while the gateway trusts `trusted`.
    private func withUpstream(
        _ kind: UpstreamKind, names: String = "kn-user-default", issuer: Authority,
        trusted: Authority?, _ body: (Gateway, PythonUpstream) throws -> Void
    ) throws {
        let identity = try issuer.issue(names)
        let scratch = try ScratchFolder()
        try ManifestFolder(path: scratch.path).write(
            "both.pem", identity.certificate + identity.key)
        let upstream = try PythonUpstream(
            kind.reporter, "one", "--tls", scratch.path("both.pem"))
        defer { upstream.stop() }
        let spoken = kind == .h2c ? "h2" : "https"
        var files = [
            "app.yaml": Manifests.simple("app", ports: [upstream.port], isH2C: true)
                .replacingOccurrences(
                    of: "weir.dev/protocol: h2c", with: "weir.dev/protocol: \(spoken)")
        ]
        if let trusted {
            files["trust.yaml"] = Manifests.secret(
                "routing-serving-certs", namespace: "knative-serving",
                ["ca.crt": trusted.certificate])
        }
        try withGateway(files) { try body($0, upstream) }
    }

    private func curl(_ gateway: Gateway, _ arguments: String...) throws -> String {
        try Tool.succeed(
            ["/usr/bin/curl", "--silent", "--show-error", "--max-time", "10"] + arguments
                + ["-H", "Host: \(app)", "-w", "\n%{http_code}"]
                + ["http://127.0.0.1:\(gateway.external)/"]
        ).stdout
    }

    @Test(arguments: UpstreamKind.allCases, ["--http1.1", "--http2-prior-knowledge"])
    func `bodies go encrypted, head and all`(kind: UpstreamKind, client: String) throws {
        let authority = try Authority()
        try withUpstream(kind, issuer: authority, trusted: authority) { gateway, upstream throws in
            let body = String(repeating: "a", count: 100_000)
            for count in 1...3 {
                let answer = try curl(gateway, client, "--data", body)
                #expect(answer.hasSuffix("\n200"))
                #expect(upstream.lines.count == count)
                let report = try HTTPReport(try #require(upstream.lines.last))
                #expect(report.length == body.utf8.count)
                #expect(report.connection == 1, "the connection is used again")
            }
            #expect(try curl(gateway, client).hasSuffix("\n200"))
        }
    }

    @Test(arguments: ["--http1.1", "--http2-prior-knowledge"])
    func `a body that ends with its connection needs the upstream's close_notify`(client: String)
        throws
    {
        let authority = try Authority()
        try withUpstream(.http1, issuer: authority, trusted: authority) { gateway, _ throws in
            func ask(_ path: String) throws -> Tool.Output {
                try Tool.run([
                    "/usr/bin/curl", "--silent", "--max-time", "10", client, "-H", "Host: \(app)",
                    "http://127.0.0.1:\(gateway.external)\(path)",
                ])
            }
            let ended = try ask("/ended")
            #expect(ended.isGood && ended.stdout == "as far as it goes")
            let cut = try ask("/cut")
            // What waited to be sent may go with a stream that is reset.
            #expect(!cut.isGood && "as far as it goes".hasPrefix(cut.stdout))
            try gateway.waitForMetric("weir_requests_total", ["flags": "UC"]) { $0 == 1 }
        }
    }

    @Test func `an upstream that accepts and says nothing has the time of a connect`() throws {
        let authority = try Authority()
        let silent = try ScriptedUpstream { try $0.waitForEnd(within: .seconds(20)) }
        defer { silent.stop() }
        let files = [
            "app.yaml": Manifests.simple("app", ports: [silent.port], isH2C: true)
                .replacingOccurrences(
                    of: "weir.dev/protocol: h2c", with: "weir.dev/protocol: https"),
            "trust.yaml": Manifests.secret(
                "routing-serving-certs", namespace: "knative-serving",
                ["ca.crt": authority.certificate]),
        ]
        try withGateway(files) { gateway throws in
            let asked = ContinuousClock.now
            #expect(try curl(gateway, "--max-time", "20").hasSuffix("\n503"))
            // 5 s, where a client's handshake has 10 s.
            #expect((4.0...9.0).contains((ContinuousClock.now - asked) / .seconds(1)))
            try gateway.waitForMetric("weir_requests_total", ["flags": "UF"]) { $0 == 1 }
        }
    }

    @Test(arguments: UpstreamKind.allCases)
    func `an upstream that somebody else vouches for is never asked`(kind: UpstreamKind) throws {
        try withUpstream(kind, issuer: Authority("other"), trusted: Authority()) {
            gateway, upstream throws in
            #expect(try curl(gateway).hasSuffix("\n503"))
            #expect(!upstream.lines.contains { $0.hasPrefix("{") })
            let refusals = try gateway.refusals()
            #expect(refusals.keys.contains { $0.contains("upstream") }, "\(refusals)")
        }
    }

    @Test(arguments: UpstreamKind.allCases)
    func `an upstream under another name is never asked`(kind: UpstreamKind) throws {
        let authority = try Authority()
        try withUpstream(kind, names: "kn-user-other", issuer: authority, trusted: authority) {
            gateway, upstream throws in
            #expect(try curl(gateway).hasSuffix("\n503"))
            #expect(!upstream.lines.contains { $0.hasPrefix("{") })
        }
    }

    @Test(arguments: UpstreamKind.allCases)
    func `without anybody to vouch nothing goes plain`(kind: UpstreamKind) throws {
        try withUpstream(kind, issuer: Authority(), trusted: nil) { gateway, upstream throws in
            #expect(try curl(gateway).hasSuffix("\n503"))
            #expect(upstream.lines.isEmpty)
        }
    }
}
