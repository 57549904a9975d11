import TestSupport
import Testing

/// Sticky splits by real requests: cookie, field and address.
@Suite struct `Sticky splits` {
    /// Runs gateways that share one Route of two revisions, each an upstream with its name.
    private func withSplit(
        _ sticky: String, gateways count: Int = 1,
        _ body: ([Gateway], (Int) -> String) throws -> Void
    ) throws {
        let upstreams = try ["app-00001", "app-00002"].map { try EchoUpstream($0) }
        defer { for upstream in upstreams { upstream.stop() } }
        let revisions = upstreams.map { Manifests.revision($0.name, ports: [$0.port]) }
        func manifest(_ canary: Int) -> String {
            let route = Manifests.route(
                "app", [.init("app-00001", 100 - canary), .init("app-00002", canary)],
                annotations: ["weir.dev/sticky": sticky])
            return Manifests.file(revisions + [route])
        }
        let gateways = try (0..<count).map { _ in try Gateway(["app.yaml": manifest(50)]) }
        defer { for gateway in gateways { #expect(gateway.stop() == .exit(0)) } }
        try body(gateways, manifest)
    }

    /// Which revision answers these fields, and the whole answer.
    private func ask(_ gateway: Gateway, _ fields: String...) throws -> (String, Message) {
        let lines = ["GET / HTTP/1.1", "Host: \(app)"] + fields
        let answer = try RawClient.ask(
            port: gateway.external, lines.joined(separator: "\r\n") + "\r\n\r\n")
        #expect(answer.status == 200)
        return (String(answer.bodyText.prefix { $0 != "\n" }), answer)
    }

    @Test func `a cookie is set when there is none, keeps its revision, and stays here`() throws {
        try withSplit("cookie") { gateways, _ throws in
            let (revision, first) = try ask(gateways[0])
            let cookie = try #require(first.values("Set-Cookie").first)
            let key = try #require(cookie.firstMatch(of: #/^weir-split=([0-9a-f]{32});/#)?.1)
            for word in ["Max-Age=2592000", "Path=/", "HttpOnly", "SameSite=Lax"] {
                #expect(cookie.contains(word), "\(cookie)")
            }
            #expect(!cookie.contains("Secure"))
            for _ in 0..<20 {
                let (again, answer) = try ask(
                    gateways[0], "Cookie: a=b; weir-split=\(key); c=d")
                #expect(again == revision)
                #expect(answer["Set-Cookie"] == nil)
                #expect(answer.bodyText.contains("\r\ncookie: a=b; c=d\r\n"), "\(answer.bodyText)")
            }
            let (_, alone) = try ask(gateways[0], "Cookie: weir-split=\(key)")
            #expect(!alone.bodyText.lowercased().contains("cookie:"))
        }
    }

    @Test func `over TLS the cookie is Secure`() throws {
        try withTLS { _ in
            [
                "app.yaml": Manifests.file(
                    Manifests.revision("app-00001", ports: [1]),
                    Manifests.revision("app-00002", ports: [1]),
                    Manifests.route(
                        "app", [.init("app-00001", 50), .init("app-00002", 50)],
                        annotations: ["weir.dev/sticky": "cookie"]))
            ]
        } _: { stage throws in
            // Nobody answers behind it; the key is given all the same.
            let answer = try stage.curl(app, "/", "--include").stdout
            #expect(answer.hasPrefix("HTTP/1.1 503 "), "\(answer)")
            #expect(answer.contains(#/Set-Cookie: weir-split=[0-9a-f]{32};[^\r]*; Secure\r\n/#))
        }
    }

    @Test(arguments: [
        "", "ABCDEF00112233445566778899aabbcc", "00", "g0112233445566778899aabbccddeeff",
    ])
    func `a malformed cookie counts as none`(value: String) throws {
        try withSplit("cookie") { gateways, _ throws in
            let (_, answer) = try ask(gateways[0], "Cookie: weir-split=\(value)")
            #expect(answer["Set-Cookie"]?.hasPrefix("weir-split=") == true)
        }
    }

    @Test func `every gateway reads a key alike, and shifted weight moves only what it must`()
        throws
    {
        try withSplit("header:X-User", gateways: 2) { gateways, manifest throws in
            let users = (0..<200).map { "X-User: user-\($0)" }
            let before = try users.map { try ask(gateways[0], $0).0 }
            #expect(try users.map { try ask(gateways[1], $0).0 } == before)
            let share = before.count { $0 == "app-00002" }
            #expect((70...130).contains(share), "\(share) of 200 for one half")
            try gateways[0].apply("app.yaml", manifest(60))
            let after = try users.map { try ask(gateways[0], $0).0 }
            // From the older to the newer one, never back.
            for (old, new) in zip(before, after) { #expect(old == new || new == "app-00002") }
            #expect(after != before)
            try gateways[0].apply("app.yaml", manifest(50))
            #expect(try users.map { try ask(gateways[0], $0).0 } == before)
        }
    }

    @Test func `requests without the field are drawn for`() throws {
        try withSplit("header:X-User") { gateways, _ throws in
            let names = try (0..<200).map { _ in try ask(gateways[0]).0 }
            #expect((60...140).contains(names.count { $0 == "app-00002" }))
        }
    }

    @Test func `one address always gets one revision`() throws {
        try withSplit("client-ip") { gateways, _ throws in
            let names = try (0..<20).map { _ in try ask(gateways[0]).0 }
            #expect(Set(names).count == 1)
        }
    }
}
