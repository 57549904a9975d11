import Bytes
import Routing
import RoutingReference
import Testing

/// Hosts, paths, conditions, redirects: what one head is answered.
struct MatchTests {
    /// Revision that a request goes to, or what else is decided.
    private func answer(
        _ routes: [RouteSource], _ request: Request, without empty: Set<String> = []
    ) -> String {
        let builder = TableBuilder()
        let services = Set(
            routes.flatMap(\.rules).flatMap(\.paths).flatMap(\.splits).map(\.revision))
        let table = RouteTable(
            builder.update(
                routes: routes,
                destinations: Samples.destinations(services.subtracting(empty).sorted())))
        var desk = Desk()
        let decision = desk.decide(request, table)
        return withExtendedLifetime(builder) {
            switch decision.kind {
            case .toRevision: decision.revision.string
            case .redirect: "redirect"
            case .noRoute: "no route"
            case .loop: "loop"
            case .noDestination: "no destination"
            }
        }
    }

    private func one(_ revision: String) -> SplitSource { Samples.share(1_000_000, revision) }

    @Test(arguments: [
        ("a.test", "a"), ("A.Test", "a"), ("b.test", "b"), ("a.tes", "no route"),
        ("a.test.", "no route"), ("", "no route"), ("xa.test", "no route"),
    ])
    func `a host is matched whole and without case`(host: String, expected: String) {
        let routes = [
            Samples.route("a", Samples.rule(["a.test"], [Samples.path(one("a"))])),
            Samples.route("b", Samples.rule(["b.test"], [Samples.path(one("b"))])),
        ]
        #expect(answer(routes, Request(host)) == expected)
    }

    @Test func `texts that are equal but for their bytes are told apart`() {
        let texts = ["caf\u{e9}", "cafe\u{301}"]
        #expect(texts[0] == texts[1])
        let conditioned = texts.map { text in
            Samples.path(
                "/", conditions: [FieldCondition(name: "x", value: text)],
                edits: [FieldEdit(name: "y", value: text)], [one("a")])
        }
        let ruled = texts.map { text in
            Samples.path(
                "/",
                rules: [
                    TrafficRule(
                        conditions: [RuleCondition(.header("x"), .oneOf([text]))], tag: "",
                        access: nil, edits: [], splits: [one("b")])
                ], [one("c"), Samples.share(0, "b")])
        }
        let routes = [
            Samples.route(
                "a", Samples.rule(["a.test"], conditioned), Samples.rule(["b.test"], [ruled[0]]),
                Samples.rule(["c.test"], [ruled[1]]))
        ]
        for (text, hosts) in zip(texts, [["b", "c"], ["c", "b"]]) {
            let request = { Request($0, fields: [("x", text)]) }
            #expect(answer(routes, request("a.test")) == "a")
            #expect(answer(routes, request("\(hosts[0]).test")) == "b")
            #expect(answer(routes, request("\(hosts[1]).test")) == "c")
        }
        #expect(answer(routes, Request("a.test", fields: [("x", "cafe")])) == "no route")
    }

    @Test func `rules without hosts catch what no host matches`() {
        let routes = [
            Samples.route("any", Samples.rule([], [Samples.path(one("any"))])),
            Samples.route("a", Samples.rule(["a.test"], [Samples.path("/x", one("a"))])),
        ]
        #expect(answer(routes, Request("other.test")) == "any")
        #expect(answer(routes, Request("")) == "any")
        #expect(answer(routes, Request("a.test", "/x")) == "a")
        // A host that matches is not left again for the catch-all.
        #expect(answer(routes, Request("a.test", "/y")) == "no route")
    }

    @Test func `the external listener sees external rules only`() {
        let routes = [
            Samples.route(
                "a",
                Samples.rule(["a.local"], isExternal: false, [Samples.path(one("local"))]),
                Samples.rule(["a.test"], [Samples.path(one("public"))]))
        ]
        #expect(answer(routes, Request("a.local")) == "no route")
        #expect(answer(routes, Request("a.local", on: .internal)) == "local")
        #expect(answer(routes, Request("a.test")) == "public")
        #expect(answer(routes, Request("a.test", on: .internal)) == "public")
    }

    @Test func `an internal host falls to the catch-all outside`() {
        let routes = [
            Samples.route(
                "a", Samples.rule(["a.local"], isExternal: false, [Samples.path(one("local"))])),
            Samples.route("any", Samples.rule([], [Samples.path(one("any"))])),
        ]
        #expect(answer(routes, Request("a.local")) == "any")
        #expect(answer(routes, Request("a.local", on: .internal)) == "local")
    }

    @Test func `several rules of one route with the same host merge their paths in order`() {
        let routes = [
            Samples.route(
                "a",
                Samples.rule(["a.test"], [Samples.path("/one", one("1")), Samples.path(one("2"))]),
                Samples.rule(
                    ["a.test"], isExternal: false,
                    [Samples.path("/one", one("3")), Samples.path("/three", one("4"))]))
        ]
        #expect(answer(routes, Request("a.test", "/one", on: .internal)) == "1")
        #expect(answer(routes, Request("a.test", "/three", on: .internal)) == "4")
        #expect(answer(routes, Request("a.test", "/three")) == "2")
    }

    @Test(arguments: [
        ("/", "root"), ("/foo", "foo"), ("/foobar", "foo"), ("/foo/bar", "deep"),
        ("/foo/barbar", "deep"), ("/fo", "root"), ("/FOO", "root"), ("/%66oo", "root"),
        ("//foo", "root"), ("*", "no route"), ("", "no route"),
    ])
    func `the longest literal prefix wins`(path: String, expected: String) {
        let paths = [
            Samples.path("/", one("root")), Samples.path("/foo", one("foo")),
            Samples.path("/foo/bar", one("deep")), Samples.path("/foo", one("never")),
        ]
        let routes = [Samples.route("a", Samples.rule(["a.test"], paths))]
        #expect(answer(routes, Request("a.test", path)) == expected)
    }

    @Test(
        arguments: [
            ([("X-Tag", "blue")], "blue"), ([("x-tAG", "blue")], "blue"),
            ([("x-tag", "Blue")], "any"),
            ([], "main"), ([("x-tag", "")], "any"),
            ([("x-tag", "blue"), ("x-tag", "red")], "joined"),
            ([("x-tag", "red"), ("x-tag", "blue")], "any"), ([("x-tag", "blue,red")], "joined"),
            ([("x-tag", "blue, red")], "any"), ([("x-ta", "blue")], "main"),
            ([("x-tag", "blue"), ("x-tag", "")], "any"), ([("x-tag", "blue,")], "any"),
        ] as [([(String, String)], String)])
    func `conditions compare values joined by commas`(
        fields: [(String, String)], expected: String
    ) {
        func path(_ value: String, _ revision: String) -> PathSource {
            Samples.path(
                "/", conditions: [FieldCondition(name: "X-Tag", value: value)], [one(revision)])
        }
        let paths = [
            path("blue", "blue"), path("blue,red", "joined"), path("", "any"),
            Samples.path(one("main")),
        ]
        let routes = [Samples.route("a", Samples.rule(["a.test"], paths))]
        let fields = fields.map { (name: $0.0, value: $0.1) }
        #expect(answer(routes, Request("a.test", fields: fields)) == expected)
    }

    @Test func `every condition of a path must hold`() {
        let both = Samples.path(
            "/",
            conditions: [
                FieldCondition(name: "a", value: "1"), FieldCondition(name: "b", value: "2"),
            ], [one("both")])
        let routes = [
            Samples.route("a", Samples.rule(["a.test"], [both, Samples.path(one("main"))]))
        ]
        #expect(answer(routes, Request("a.test", fields: [("a", "1"), ("b", "2")])) == "both")
        #expect(answer(routes, Request("a.test", fields: [("a", "1")])) == "main")
        #expect(answer(routes, Request("a.test", fields: [("b", "2")])) == "main")
    }

    @Test(arguments: [
        (Request("a.test"), "redirect"), (Request("a.test", isTLS: true), "r"),
        (Request("a.test", on: .internal), "r"),
        (Request("a.test", "/.well-known/acme-challenge/token"), "r"),
        (Request("a.test", "/.well-known/acme-challenge"), "redirect"),
        (Request("a.test", "/.well-known/acme-challenge/"), "redirect"),
        (Request("a.test", "/.well-known/acme-challenge/../b"), "redirect"),
        (Request("a.local", on: .internal), "r"), (Request("plain.test"), "r"),
    ])
    func `only plain requests from outside are redirected`(request: Request, expected: String) {
        let paths = [Samples.path(one("r"))]
        let routes = [
            Samples.route(
                "a", Samples.rule(["a.test"], redirects: true, paths),
                Samples.rule(["plain.test"], paths),
                Samples.rule(["a.local"], isExternal: false, redirects: true, paths))
        ]
        #expect(answer(routes, request) == expected)
    }

    @Test func `a share without destinations fails for itself only`() {
        let split = Samples.path(Samples.share(500_000, "up"), Samples.share(500_000, "down"))
        let builder = TableBuilder()
        let table = RouteTable(
            builder.update(
                routes: [Samples.route("a", Samples.rule(["a.test"], [split]))],
                destinations: Samples.destinations(["up"])))
        var desk = Desk()
        var failed = 0
        for _ in 0..<100 {
            let decision = desk.decide(Request("a.test"), table)
            if decision.kind == .noDestination {
                failed += 1
                #expect(decision.revision.string == "down")
                #expect(!decision.series.isNone)
                #expect(decision.destinationSet.isEmpty)
            }
        }
        #expect(failed == 50)
        withExtendedLifetime(builder) {}
    }

    @Test func `weights are taken relative to their sum`() {
        let none = Samples.path(Samples.share(0, "r"), Samples.share(0, "s"))
        let alone = Samples.path(Samples.share(0, "r"))
        func routes(_ path: PathSource) -> [RouteSource] {
            [Samples.route("a", Samples.rule(["a.test"], [path]))]
        }
        #expect(answer(routes(none), Request("a.test")) == "no destination")
        #expect(answer(routes(alone), Request("a.test")) == "r")
    }

    @Test func `an empty table has no route`() {
        var desk = Desk()
        let empty = RouteTable(.empty)
        #expect(desk.decide(Request("a.test"), empty).kind == .noRoute)
        #expect(!empty.isCurrent(destination: Handle(index: 0, generation: 1)))
        let builder = TableBuilder()
        let first = RouteTable(builder.update(routes: [], destinations: []))
        #expect(first.version == 1)
        #expect(desk.decide(Request("a.test"), first).kind == .noRoute)
    }

    @Test func `a decision tells all that the request towards the upstream needs`() {
        let builder = TableBuilder()
        let path = Samples.path(
            "/", rewriteHost: "inner.test",
            edits: [FieldEdit(name: "x-both", value: "path"), FieldEdit(name: "X-P", value: "p")],
            tag: "blue",
            [
                Samples.share(
                    1_000_000, "r",
                    edits: [
                        FieldEdit(name: "X-Both", value: "split"),
                        FieldEdit(name: "X-S", value: "s"),
                    ])
            ])
        let addresses = [
            AddressSource(ip: [10, 0, 0, 1], port: 80),
            AddressSource(ip: Array(1...16), port: 8080),
            AddressSource(ip: [10, 0, 0, 1], port: 80),
        ]
        let table = RouteTable(
            builder.update(
                routes: [Samples.route("a", Samples.rule(["a.test"], [path]))],
                destinations: [Samples.destination("r", addresses, .h2c)]))
        var desk = Desk()
        let decision = desk.decide(Request("a.test"), table)
        #expect(decision.kind == .toRevision)
        #expect(decision.namespace.string == "default")
        #expect(decision.routeName.string == "a")
        #expect(decision.revision.string == "r")
        #expect(decision.tag.string == "blue")
        #expect(decision.hash.string == String(repeating: "0123456789abcdef", count: 4))
        #expect(decision.rewriteHost.string == "inner.test")
        let edits = (0..<decision.edits.count).map {
            "\(decision.edits[$0].name.string)=\(decision.edits[$0].value.string)"
        }
        #expect(edits == ["x-both=path", "X-S=s", "X-P=p"])
        let set = decision.destinationSet
        #expect(set.count == 2)
        #expect(set[0].high == 0x0a00_0001_0000_0000 && !set[0].isIPv6 && set[0].port == 80)
        #expect(set[1].high == 0x0102_0304_0506_0708 && set[1].low == 0x090a_0b0c_0d0e_0f10)
        #expect(set[1].isIPv6 && set[1].port == 8080)
        #expect(set[0].protocolToUpstream == .h2c)
        #expect(set.id(at: 1) == set[1].id)
        #expect(table.isCurrent(destination: set[0].id))
        withExtendedLifetime(builder) {}
    }
}
