import Foundation
import TestSupport
import Testing

/// `weir.dev/rules`, private tags, shown revisions and the explanation of a live request.
@Suite struct `Rules` {
    private let rules = """
        [{path-regex: '^/v[0-9]+/', methods: [GET], tag: candidate}, \
        {headers: {X-Env: qa}, tag: candidate}, \
        {query: {debug: {present: true}}, revision: app-00003}, \
        {cookies: {user: {regex: '^t[0-9]$'}}, revision: app-00003}]
        """

    /// Runs a gateway with stable 100 %, a tag `candidate` at 0 % and a third revision at 0 %.
    private func withRules(
        _ annotations: [String: String] = [:], settings: [String: String] = [:],
        _ body: (Gateway) throws -> Void
    ) throws {
        let upstreams = try (1...3).map { try EchoUpstream("app-0000\($0)") }
        defer { for upstream in upstreams { upstream.stop() } }
        let route = Manifests.route(
            "app",
            [
                .init("app-00001", 100), .init("app-00002", 0, tag: "candidate"),
                .init("app-00003", 0, tag: "third"),
            ], annotations: ["weir.dev/rules": rules].merging(annotations) { $1 })
        let files = [
            "app.yaml": Manifests.file(
                upstreams.map { Manifests.revision($0.name, ports: [$0.port]) } + [route]),
            "features.yaml": Manifests.configMap(
                "config-features", ["tag-header-based-routing": "enabled"]),
        ]
        try withGateway(files, settings: settings, body)
    }

    /// Which revision answers, or the status.
    private func ask(_ gateway: Gateway, _ line: String, _ fields: String...) throws -> String {
        let lines =
            [line + " HTTP/1.1"]
            + (fields.contains { $0.hasPrefix("Host:") } ? [] : ["Host: \(app)"])
        let answer = try RawClient.ask(
            port: gateway.external, (lines + fields).joined(separator: "\r\n") + "\r\n\r\n")
        return answer.status == 200
            ? String(answer.bodyText.prefix { $0 != "\n" }) : "\(answer.status)"
    }

    @Test func `the first rule that holds decides`() throws {
        try withRules { gateway throws in
            for (line, field, revision) in [
                ("GET /", "X-A: b", "app-00001"), ("GET /v1/x", "X-A: b", "app-00002"),
                ("POST /v1/x", "X-A: b", "app-00001"), ("GET /v/x", "X-A: b", "app-00001"),
                ("GET /", "X-Env: qa", "app-00002"), ("GET /", "x-env: QA", "app-00001"),
                ("GET /?debug", "X-A: b", "app-00003"), ("GET /?debugger=1", "X-A: b", "app-00001"),
                ("GET /", "Cookie: a=b; user=t1", "app-00003"),
                ("GET /", "Cookie: user=t10", "app-00001"),
                ("GET /?debug", "X-Env: qa", "app-00002"),
            ] {
                #expect(try ask(gateway, line, field) == revision, "\(line) \(field)")
            }
            // The Ingress's own paths come first: the tag's header and its host.
            #expect(
                try ask(gateway, "GET /v1/x", "Knative-Serving-Tag: third", "X-Env: qa")
                    == "app-00003")
            #expect(
                try ask(gateway, "GET /v1/x", "Host: third-\(app)") == "app-00003")
        }
    }

    @Test func `a pattern that explodes is no match, counted, and the gateway goes on`() throws {
        let bomb = "[{path-regex: '^/(a+)+$', revision: app-00003}]"
        try withRules(["weir.dev/rules": bomb]) { gateway throws in
            let began = ContinuousClock.now
            let path = "/" + String(repeating: "a", count: 4000) + "!"
            for _ in 0..<20 { #expect(try ask(gateway, "GET \(path)") == "app-00001") }
            #expect(ContinuousClock.now - began < .seconds(2))
            #expect(try ask(gateway, "GET /aaa") == "app-00003")
        }
    }

    @Test func `the tags of a Route are private where it says so`() throws {
        for (networks, isInside) in [("10.0.0.0/8, fd00::/8", false), ("127.0.0.0/8", true)] {
            try withRules(["weir.dev/tag-access": networks, "weir.dev/rules": "[]"]) {
                gateway throws in
                let host = try ask(gateway, "GET /", "Host: candidate-\(app)")
                let field = try ask(gateway, "GET /", "Knative-Serving-Tag: candidate")
                #expect(host == (isInside ? "app-00002" : "404"))
                #expect(field == (isInside ? "app-00002" : "app-00001"))
                #expect(try ask(gateway, "GET /") == "app-00001")
            }
        }
    }

    @Test func `a revision is shown where the Route says so`() throws {
        try withRules(["weir.dev/expose-revision": "true"]) { gateway throws in
            let usual = try RawClient.ask(port: gateway.external, EndToEndTests.ask())
            #expect(usual.values("Knative-Serving-Revision") == ["app-00001"])
            let tested = try RawClient.ask(
                port: gateway.external, EndToEndTests.ask("GET", "/", "X-Env: qa"))
            #expect(tested.values("Knative-Serving-Revision") == ["app-00002"])
        }
        try withRules { gateway throws in
            let usual = try RawClient.ask(port: gateway.external, EndToEndTests.ask())
            #expect(usual["Knative-Serving-Revision"] == nil)
        }
    }

    @Test func `a live request is explained to who has the token`() throws {
        let token = "0123456789abcdef-token"
        try withRules(settings: ["explain-token": "\"\(token)\""]) { gateway throws in
            let answer = try RawClient.ask(
                port: gateway.external,
                EndToEndTests.ask(
                    "GET", "/v2/x", "Weir-Explain: \(token)", "Authorization: Basic c2VjcmV0"))
            #expect(answer.bodyText.hasPrefix("app-00002\n"))
            // The token goes no further.
            #expect(!answer.bodyText.contains(token))
            let said = try #require(answer["Weir-Explanation"])
            _ = try JSONSerialization.jsonObject(with: Data(said.utf8))
            #expect(said.contains("app-00002") && !said.contains("c2VjcmV0"), "\(said)")
            for wrong in ["Weir-Explain: \(token)x", "Weir-Explain: 0", "X-A: b"] {
                let answer = try RawClient.ask(
                    port: gateway.external, EndToEndTests.ask("GET", "/", wrong))
                #expect(answer["Weir-Explanation"] == nil)
            }
            let pages = try gateway.routes() + gateway.process.stdout + gateway.process.stderr
            #expect(!pages.contains(token))
        }
    }

    @Test func `explain says of the running gateway what a request then meets`() throws {
        try withRules { gateway throws in
            for (path, revision) in [("/", "app-00001"), ("/v7/x", "app-00002")] {
                let said = try Tool.succeed([
                    Gateway.binary(), "explain", "GET", "http://\(app)\(path)", "--admin",
                    "127.0.0.1:\(gateway.admin)",
                ]).stdout
                #expect(said.contains(revision), "\(said)")
                #expect(try ask(gateway, "GET \(path)") == revision)
            }
        }
    }
}
