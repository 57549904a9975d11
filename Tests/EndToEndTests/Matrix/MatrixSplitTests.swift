import TestSupport
import Testing

/// Which revision gets a request, where many share a connection too.
extension Matrix {
    @Suite struct `Splits` {
        private static let halves: [Manifests.Traffic] = [
            .init("app-00001", 50), .init("app-00002", 50),
        ]
        private static let tagged: [Manifests.Traffic] = [
            .init("app-00001", 100), .init("app-00002", 0, tag: "candidate"),
        ]

        @Test(arguments: Pair.allCases)
        func `each request is counted, over one connection too`(pair: Pair) throws {
            try withPair(pair, split: Self.halves) { stage throws in
                let client = stage.client()
                var counts: [String: Int] = [:]
                for round in 0..<10 {
                    // One by one, then ten at a time.
                    let streams = try (0..<(round % 2 == 0 ? 1 : 10)).map { _ in
                        try client.request(fields())
                    }
                    for stream in streams {
                        counts[try stream.readMessage().bodyText, default: 0] += 1
                    }
                }
                let (one, two) = (counts["app-00001"] ?? 0, counts["app-00002"] ?? 0)
                #expect(one + two == 55)
                #expect(abs(one - two) <= 1, "\(counts)")
                if pair.client == .http2 { #expect(client.connections == 1) }
            }
        }

        @Test(arguments: Pair.allCases)
        func `a tag's host and its header lead to it, over one connection too`(pair: Pair) throws {
            let feature = Manifests.configMap(
                "config-features", ["tag-header-based-routing": "enabled"])
            try withPair(pair, split: Self.tagged, more: ["features.yaml": feature]) {
                stage throws in
                let client = stage.client()
                let byHost = pseudo(authority: "candidate-\(app)")
                let byHeader = fields("GET", "/", ("knative-serving-tag", "candidate"))
                for _ in 0..<3 {
                    #expect(try client.ask(fields()).bodyText == "app-00001")
                    #expect(try client.ask(byHost).bodyText == "app-00002")
                    #expect(try client.ask(byHeader).bodyText == "app-00002")
                }
                let unknown = try client.ask(pseudo(authority: "nosuch-\(app)"))
                #expect(unknown.status == 404)
                #expect(client.connections == 1)
                let seen = stage.upstreams[1].requests
                #expect(seen.allSatisfy { $0.values("knative-serving-tag") == ["candidate"] })
                #expect(
                    stage.upstream.requests.allSatisfy {
                        $0.values("knative-serving-default-route") == ["true"]
                    })
            }
        }

        @Test(arguments: Pair.allCases)
        func `rules are asked of each request`(pair: Pair) throws {
            let rules = """
                [{path-regex: '^/v[0-9]+/', methods: [GET], tag: candidate}, \
                {headers: {X-Env: qa}, tag: candidate}, \
                {query: {debug: {present: true}}, revision: app-00002}, \
                {cookies: {user: {regex: '^t[0-9]$'}}, tag: candidate}]
                """
            try withPair(pair, split: Self.tagged, annotations: ["weir.dev/rules": rules]) {
                stage throws in
                let client = stage.client()
                for (method, path, name, value, isCandidate) in [
                    ("GET", "/", "x-a", "b", false), ("GET", "/v1/x", "x-a", "b", true),
                    ("POST", "/v1/x", "x-a", "b", false), ("GET", "/", "x-env", "qa", true),
                    ("GET", "/?debug", "x-a", "b", true),
                    ("GET", "/", "cookie", "a=b; user=t1", true),
                    ("GET", "/", "cookie", "user=t10", false),
                ] {
                    let answer = try client.ask(fields(method, path, (name, value)))
                    let revision = isCandidate ? "app-00002" : "app-00001"
                    #expect(answer.bodyText == revision, "\(method) \(path) \(name): \(value)")
                }
                // RFC 9113 §8.2.3: a cookie in a field of its own is a cookie of the list.
                if pair.client == .http2 {
                    let pieces = [("cookie", "a=b"), ("cookie", "user=t1")]
                    let asked = fields() + pieces.map { FieldLine($0.0, $0.1) }
                    #expect(try client.ask(asked).bodyText == "app-00002")
                }
            }
        }

        @Test(arguments: Pair.allCases)
        func `a cookie is set once, keeps its revision, and goes no further`(pair: Pair) throws {
            try withPair(pair, split: Self.halves, annotations: ["weir.dev/sticky": "cookie"]) {
                stage throws in
                let client = stage.client()
                let first = try client.ask(fields())
                let key = try Self.key(of: first)
                for _ in 0..<10 {
                    let answer = try client.ask(
                        fields("GET", "/", ("cookie", "a=b; weir-split=\(key); c=d")))
                    #expect(answer.bodyText == first.bodyText)
                    #expect(answer["set-cookie"] == nil)
                }
                let seen = stage.upstreams.flatMap(\.requests).filter { $0["cookie"] != nil }
                #expect(seen.count == 10)
                #expect(
                    seen.allSatisfy {
                        $0.values("cookie").joined(separator: "; ") == "a=b; c=d"
                    })
            }
        }

        /// A page's requests leave before its first answer brought the cookie.
        @Test(arguments: Pair.fromHTTP2)
        func `streams that begin before the cookie came back share one key`(pair: Pair) throws {
            try withPair(pair, split: Self.halves, annotations: ["weir.dev/sticky": "cookie"]) {
                stage throws in
                for _ in 0..<4 {
                    let client = stage.client()
                    let streams = try (0..<8).map { _ in try client.request(fields()) }
                    let answers = try streams.map { try $0.readMessage() }
                    #expect(Set(answers.map(\.bodyText)).count == 1)
                    let keys = Set(try answers.map(Self.key))
                    #expect(keys.count == 1)
                    #expect(client.connections == 1)
                }
            }
        }

        private static func key(of answer: H2Message) throws -> String {
            let cookie = try #require(answer.values("set-cookie").first)
            let match = cookie.firstMatch(of: #/^weir-split=([0-9a-f]{32});/#)
            return String(try #require(match).1)
        }

        @Test(arguments: Pair.allCases)
        func `a user's header keeps his revision on every connection`(pair: Pair) throws {
            let sticky = ["weir.dev/sticky": "header:X-User"]
            try withPair(pair, split: Self.halves, annotations: sticky) { stage throws in
                let users = (0..<20).map { fields("GET", "/", ("x-user", "user-\($0)")) }
                let client = stage.client()
                let before = try users.map { try client.ask($0).bodyText }
                #expect(Set(before).count == 2)
                #expect(try users.map { try stage.ask($0).bodyText } == before)
            }
        }
    }
}
