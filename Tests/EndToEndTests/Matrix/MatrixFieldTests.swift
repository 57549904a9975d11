import TestSupport
import Testing

/// What each side sees of the other's head.
extension Matrix {
    @Suite struct `Heads` {
        @Test(arguments: Pair.allCases)
        func `method, path, query, authority and fields arrive`(pair: Pair) throws {
            try withPair(pair) { stage throws in
                let authority = "\(app):8080"
                for (method, path) in [
                    ("GET", "/"), ("PUT", "/a/b%20c?d=e&f=%2F"), ("DELETE", "/?"),
                    ("OPTIONS", "/x//y"), ("PATCH", "/z?a?b"), ("WEIRD", "/w"),
                ] {
                    let asked =
                        pseudo(method, path: path, authority: authority) + [
                            .init("x-one", "1"), .init("x-empty", ""),
                            .init("x-text", "a \"b\", c; d=e"), .init("user-agent", "matrix/1"),
                        ]
                    #expect(try stage.ask(asked).status == 200)
                    let seen = try #require(stage.upstream.requests.last)
                    #expect(seen.method == method)
                    #expect(seen.path == path)
                    #expect(seen.authority == authority)
                    #expect(seen["x-one"] == "1")
                    #expect(seen.values("x-empty") == [""])
                    #expect(seen["x-text"] == "a \"b\", c; d=e")
                    #expect(seen["user-agent"] == "matrix/1")
                    #expect(seen.values("host").isEmpty)
                }
            }
        }

        @Test(arguments: Pair.allCases)
        func `fields that are there twice stay in their order`(pair: Pair) throws {
            try withPair(pair) { exchange in
                try exchange.readRequest()
                try exchange.answer(
                    200, ("set-cookie", "a=1"), ("x-a", "1"), ("set-cookie", "b=2"), ("x-a", "2"))
            } _: { stage throws in
                let answer = try stage.ask(
                    fields("GET", "/", ("x-b", "one"), ("accept", "a, b"), ("x-b", "two")))
                let seen = try stage.upstream.request()
                #expect(seen.values("x-b") == ["one", "two"])
                #expect(seen["accept"] == "a, b")
                #expect(answer.values("set-cookie") == ["a=1", "b=2"])
                #expect(answer.values("x-a") == ["1", "2"])
            }
        }

        /// RFC 9113 §8.2.3: pieces are joined toward HTTP/1, and are one list in any case.
        @Test(arguments: Pair.allCases)
        func `cookies arrive whole`(pair: Pair) throws {
            try withPair(pair) { stage throws in
                let cookies = [("cookie", "a=b; c=d"), ("x-a", "y"), ("cookie", "e=f")]
                let some = pair.client == .http2 ? cookies : Array(cookies.prefix(2))
                #expect(try stage.ask(fields() + some.map { .init($0.0, $0.1) }).status == 200)
                let seen = try stage.upstream.request().values("cookie")
                if pair.upstream == .http1 { #expect(seen.count == 1) }
                let whole = pair.client == .http2 ? "a=b; c=d; e=f" : "a=b; c=d"
                #expect(seen.joined(separator: "; ") == whole)
            }
        }

        @Test(arguments: Pair.allCases)
        func `Knative's fields are the gateway's word`(pair: Pair) throws {
            try withPair(pair) { stage throws in
                let spoofed = [
                    "knative-serving-revision", "knative-serving-namespace", "k-original-host",
                    "k-proxy-request", "k-passthrough-lb", "knative-serving-default-route",
                ]
                let asked = fields() + spoofed.map { FieldLine($0, "evil") }
                #expect(try stage.ask(asked).status == 200)
                let seen = try stage.upstream.request()
                #expect(seen.values("knative-serving-revision") == ["app-00001"])
                #expect(seen.values("knative-serving-namespace") == ["default"])
                #expect(!seen.fields.contains { $0.value.contains("evil") }, "\(seen.fields)")
            }
        }

        @Test(arguments: Pair.allCases)
        func `forwarded fields are replaced outside and kept in the cluster`(pair: Pair) throws {
            try withPair(pair) { stage throws in
                let said = [
                    ("x-forwarded-for", "6.6.6.6"), ("x-forwarded-proto", "https"),
                    ("x-forwarded-host", "evil"), ("forwarded", "for=6.6.6.6;proto=https"),
                ].map { FieldLine($0.0, $0.1) }
                #expect(try stage.ask(fields() + said).status == 200)
                let outside = try stage.upstream.request()
                #expect(outside.values("x-forwarded-for") == ["127.0.0.1"])
                #expect(outside.values("x-forwarded-proto") == ["http"])
                #expect(outside.values("x-forwarded-host") == [app])
                #expect(
                    outside.values("forwarded") == ["for=127.0.0.1;host=\"\(app)\";proto=http"])
                #expect(outside.values("x-request-id").count == 1)

                let inside = stage.client(on: \.cluster)
                #expect(try inside.ask(fields() + said).status == 200)
                let kept = try stage.upstream.request(1)
                #expect(kept["x-forwarded-for"] == "6.6.6.6, 127.0.0.1")
                #expect(kept.values("x-forwarded-proto") == ["https"])
            }
        }

        /// They are kept with the connection from its second request on.
        @Test(arguments: Pair.allCases)
        func `forwarded fields are those of the host that was asked for`(pair: Pair) throws {
            try withPair(pair) { stage throws in
                let hosts = [app, "\(app):8080", app.uppercased()]
                let asked = [0, 0, 0, 1, 0, 1, 1, 1, 2, 2, 2, 0, 0].map { hosts[$0] }
                for host in asked {
                    let head = pseudo("GET", path: "/", authority: host)
                    #expect(try stage.ask(head).status == 200)
                    let seen = try #require(stage.upstream.requests.last)
                    #expect(seen.values("x-forwarded-for") == ["127.0.0.1"])
                    #expect(seen.values("x-forwarded-proto") == ["http"])
                    #expect(seen.values("x-forwarded-host") == [host])
                    #expect(
                        seen.values("forwarded") == ["for=127.0.0.1;host=\"\(host)\";proto=http"])
                    #expect(seen.values("x-request-id").count == 1)
                }
                // What earlier hops told is never taken for the connection's own, nor kept.
                let inside = stage.client(on: \.cluster)
                for isTold in [false, false, true, false, true, false] {
                    let told = isTold ? [FieldLine("x-forwarded-for", "6.6.6.6")] : []
                    #expect(try inside.ask(fields() + told).status == 200)
                    let seen = try #require(stage.upstream.requests.last)
                    let earlier = isTold ? "6.6.6.6, " : ""
                    #expect(seen.values("x-forwarded-for") == ["\(earlier)127.0.0.1"])
                }
            }
        }

        /// An HTTP/2 client cannot send them, nor an HTTP/2 upstream (RFC 9113 §8.2.2).
        @Test(arguments: Pair.allCases)
        func `fields of a connection stay on it`(pair: Pair) throws {
            let hop = [
                ("connection", "x-hop, keep-alive"), ("x-hop", "1"), ("keep-alive", "timeout=5"),
                ("proxy-connection", "keep-alive"),
            ].map { FieldLine($0.0, $0.1) }
            try withPair(pair) { exchange in
                try exchange.readRequest()
                let own = pair.upstream == .http1 ? hop : []
                try exchange.stream.sendHead(
                    [.init(":status", "200"), .init("x-stay", "1")] + own, isLast: true)
            } _: { stage throws in
                let own = pair.client == .http1 ? hop : []
                let te = [FieldLine("te", "trailers"), FieldLine("x-stay", "1")]
                let answer = try stage.ask(fields() + own + te)
                let seen = try stage.upstream.request()
                for message in [seen, answer] {
                    #expect(message["x-stay"] == "1")
                    for field in hop { #expect(message[field.name] == nil, "\(field)") }
                }
                // TE without Connection naming it, as gRPC sends it.
                if pair.client == .http2 { #expect(seen["te"] == "trailers") }
            }
        }

        @Test(arguments: Pair.allCases)
        func `an Ingress rewrites the host and sets fields`(pair: Pair) throws {
            let upstream = try PairUpstream(pair.upstream)
            let ingress = Manifests.ingress("edit", hosts: ["edit.example.org"], to: "app-00001")
                .replacing(
                    "          - splits:\n",
                    with: """
                                  - rewriteHost: other.example.org
                                    appendHeaders: {X-Edit: mine}
                                    splits:

                        """)
            let revision = Manifests.revision(
                "app-00001", ports: [upstream.port], isH2C: pair.upstream == .http2)
            try withPair(
                pair, [upstream], files: ["a.yaml": Manifests.file(ingress, revision)]
            ) { stage throws in
                let asked = pseudo(authority: "edit.example.org") + [.init("x-edit", "theirs")]
                #expect(try stage.ask(asked).status == 200)
                let seen = try stage.upstream.request()
                #expect(seen.authority == "other.example.org")
                #expect(seen.values("x-edit") == ["mine"])
            }
        }

        @Test(arguments: Pair.allCases)
        func `an unknown host is 404 and the connection goes on`(pair: Pair) throws {
            try withPair(pair) { stage throws in
                let client = stage.client()
                for _ in 0..<2 {
                    let unknown = try client.ask(pseudo(authority: "nobody.example.com"))
                    #expect(unknown.status == 404)
                    #expect(unknown.body.isEmpty)
                    #expect(try client.ask(fields()).status == 200)
                }
                #expect(client.connections == 1)
                try stage.waitForCount(2, flags: "NR", code: "404")
                try stage.waitForCount(2, flags: "-", code: "200")
                let other = pair.client == .http1 ? "http2" : "http1"
                let metrics = try stage.gateway.metrics()
                #expect(metrics.sum("weir_requests_total", ["protocol": other]) == 0)
            }
        }
    }
}
