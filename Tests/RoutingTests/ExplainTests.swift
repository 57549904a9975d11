import Bytes
import Routing
import RoutingReference
import Testing

/// `explain`: what it tells, what it keeps back, and that it is true.
struct ExplainTests {
    // MARK: It agrees

    @Test(arguments: 1...10)
    func `explain agrees with what is decided, for random requests over random tables`(
        seed: UInt64
    ) {
        var dice = Dice(seed: seed)
        var desk = Desk(seed: seed)
        var seen: Set<String> = []
        for _ in 0..<40 {
            let builder = TableBuilder()
            let table = RouteTable(
                builder.update(
                    routes: (0..<5).map { dice.route("r\($0)") },
                    destinations: Dice.services.map { dice.destination($0) }))
            for _ in 0..<25 {
                let request = dice.request()
                let before = desk.explain(request, table)
                let again = desk.explain(request, table)
                #expect(before.text == again.text, "explaining changes nothing")
                let decision = desk.decide(request, table)
                let after = desk.explain(request, table, decided: decision)
                expectTold(after, decision)
                if before.outcome == .open {
                    expectOpen(before, decision)
                } else {
                    expectTold(before, decision)
                }
                seen.insert("\(before.outcome) \(before.reason)")
                seen.insert("\(decision.innerHops) hops")
            }
            withExtendedLifetime(builder) {}
        }
        let wanted = [
            "revision sticky", "revision rule", "revision header", "revision tag",
            "revision split", "open split", "open rule", "redirect none", "noRoute none",
            "noDestination split", "0 hops", "1 hops", "2 hops",
        ]
        #expect(seen.isSuperset(of: wanted), "not tried: \(Set(wanted).subtracting(seen))")
    }

    private func expectTold(_ told: Explanation, _ decision: Decision) {
        let outcome: Explanation.Outcome =
            switch decision.kind {
            case .toRevision: .revision
            case .noDestination: .noDestination
            case .redirect: .redirect
            case .noRoute: .noRoute
            case .loop: .loop
            }
        #expect(told.outcome == outcome)
        #expect(told.reason == "\(decision.reason.name)")
        #expect(told.revision == (decision.hasShare ? decision.revision.string : nil))
        #expect(told.route == decision.routeName.string)
        #expect(told.tag == decision.tag.string)
        #expect(told.rule == (decision.rule < 0 ? nil : decision.rule))
        #expect(told.hops.count == decision.innerHops + 1)
        #expect(told.destinations.count == decision.destinationSet.count)
        #expect(told.edits.count == decision.edits.count)
        #expect((told.rewrittenHost ?? "") == decision.rewriteHost.string)
        let key = told.hops.last?.split?.key
        if told.isLive || key?.isIssued != true {
            #expect(key?.position == (decision.bucket == .max ? nil : decision.bucket))
        }
        #expect(told.hops.last?.split?.shares.count { $0.isTaken } ?? 0 < 2)
    }

    /// One of the shares that may be next is what was drawn on the open hop.
    private func expectOpen(_ told: Explanation, _ decision: Decision) {
        guard let split = told.hops.last?.split else {
            Issue.record("open without a split")
            return
        }
        #expect(told.revision == nil && split.shares.allSatisfy { !$0.isTaken })
        guard decision.innerHops == told.hops.count - 1 else { return }
        let possible = split.shares.filter {
            split.kind == "sticky" ? $0.desired > 0 : $0.mayBeNext == [true]
        }
        #expect(possible.contains { $0.revision == decision.revision.string })
        #expect(told.hops.last?.route == "default/" + decision.routeName.string)
    }

    // MARK: What it tells

    private let builder = TableBuilder()

    private func shop(sticky: StickySource? = nil) -> RouteTable {
        let tagged = Samples.path(
            "/", conditions: [FieldCondition(name: "Knative-Serving-Tag", value: "blue")],
            tag: "blue", access: [NetworkSource(ip: [10, 0, 0, 0], prefix: 8)],
            [Samples.share(1_000_000, "shop-00003")])
        let main = Samples.path(
            "/", edits: [FieldEdit(name: "X-Own", value: "1")],
            rules: [
                Samples.rule(
                    [
                        .init(.header("X-Env"), .exact("qa")),
                        .init(.path, .regex("^/v[0-9]+/")),
                    ], tag: "qa", to: "shop-00003"),
                Samples.rule([.init(.cookie("login"), .exact("alice"))], to: "shop-00001"),
            ], sticky: sticky,
            [Samples.share(900_000, "shop-00001"), Samples.share(100_000, "shop-00002")])
        return RouteTable(
            builder.update(
                routes: [
                    Samples.route(
                        "shop",
                        Samples.rule(["shop.test"], [Samples.path("/x", Samples.share(1, "x"))]),
                        Samples.rule(["shop.test"], [tagged, main]))
                ],
                destinations: Samples.destinations(["shop-00001", "shop-00002", "shop-00003"])))
    }

    @Test func `a rule is told with what spoke against the others`() {
        var desk = Desk()
        let request = Request(
            "shop.test", "/v2/cart",
            fields: [("Knative-Serving-Tag", "blue"), ("x-env", "qa")])
        #expect(
            desk.explain(request, shop()).text == """
                GET shop.test/v2/cart
                  from 192.0.2.1 on the external listener, plain
                  table version 1

                host shop.test, external listener: default/shop
                  path /x: no, path begins with /x? it is /v2/cart
                  path /, tag blue: no, client is in the access list? it is 192.0.2.1
                  path /: yes
                  rule 0, tag qa: yes (header X-Env is qa; path matches ^/v[0-9]+/)
                  counted split
                    > shop-00003, 100 %, counted 0, may be next on 1 of 1 workers

                would be sent to revision shop-00003 of default/shop, by rule 0, tag qa
                  destination 127.0.0.1:9002, http/1.1

                """)
    }

    @Test func `an open draw is told with its shares, counts and who may be next`() {
        var desk = Desk()
        let table = shop()
        var decision = desk.decide(Request("shop.test"), table)
        for _ in 0..<7 { decision = desk.decide(Request("shop.test"), table) }
        let health = CounterCells(limit: 16)
        defer { health.destroy() }
        health.set(decision.destinationSet.id(at: 0), 2_500_000_000)
        let told = desk.explain(
            Request("shop.test"), table, health: [health], now: 1_000_000_000)
        #expect(told.outcome == .open)
        let counts = told.hops[0].split?.shares.map { $0.counts[0] } ?? []
        #expect(counts.reduce(0, +) == 8)
        #expect(
            told.text.hasSuffix("would be sent to one of the shares above, by the draw\n"))
        let avoided = told.hops[0].split?.shares.flatMap(\.destinations).filter {
            $0.workersAvoiding > 0
        }
        #expect(avoided?.map(\.avoidedMilliseconds) == [1500])
        let live = desk.explain(Request("shop.test"), table, decided: decision)
        #expect(live.text.contains("was sent to revision \(decision.revision.string) of"))
        #expect(live.isLive && live.edits.map(\.name) == ["X-Own"])
    }

    @Test func `a sticky client is told with key, hash, position and intervals`() throws {
        var desk = Desk()
        let table = shop(sticky: StickySource(key: .cookie, salt: "shop", order: [0, 1]))
        let cookie = "00112233445566778899aabbccddeeff"
        let request = Request("shop.test", fields: [("Cookie", "weir-split=\(cookie)")])
        let told = desk.explain(request, table)
        let key = try #require(told.hops[0].split?.key)
        #expect(key.value == cookie && !key.isIssued && key.kind == "cookie weir-split")
        let position = ReferenceHash.position(salt: "shop", key: Array(cookie.utf8))
        #expect(key.position == position)
        #expect(told.revision == (position < 900_000 ? "shop-00001" : "shop-00002"))
        #expect(told.text.contains("shop-00001, 90 %, positions 0 to 899999, counted 0"))
        let absent = desk.explain(Request("shop.test"), table)
        #expect(absent.outcome == .open)
        #expect(absent.text.contains("cookie weir-split, salt shop: none sent, one is issued"))
        let decision = desk.decide(Request("shop.test"), table)
        let live = desk.explain(Request("shop.test"), table, decided: decision)
        #expect(live.text.contains(", issued now"))
        #expect(live.revision == decision.revision.string)
    }

    @Test func `what is secret is kept back`() {
        let secret = "hunter2"
        let names = ["Authorization", "X-Api-Key", "my-token"]
        let builder = TableBuilder()
        var rules = names.map { Samples.rule([.init(.header($0), .exact("s3cret"))], to: "r") }
        rules.append(Samples.rule([.init(.cookie("login"), .regex("s3cret"))], to: "r"))
        rules.append(Samples.rule([.init(.query("password"), .oneOf(["s3cret"]))], to: "r"))
        let path = Samples.path(
            "/", edits: [FieldEdit(name: "authorization", value: "s3cret")], rules: rules,
            sticky: StickySource(key: .header("authorization"), salt: "s", order: [0]),
            [Samples.share(1, "r")])
        let table = Samples.table(builder, path)
        var desk = Desk()
        var request = Request(
            "a.test",
            fields: names.map { (name: $0, value: secret) } + [("Cookie", "login=\(secret)")])
        request.query = "?password=\(secret)"
        let told = desk.explain(request, table)
        #expect(told.hops[0].rules.count == 5)
        for text in [told.text, told.json] {
            #expect(!text.contains(secret) && !text.contains("s3cret"))
            #expect(text.contains("(not shown)"))
        }
    }

    @Test func `a pattern that gives up is told as such`() {
        let builder = TableBuilder()
        let rule = Samples.rule([.init(.header("x"), .regex("(a+)+$"))], to: "r")
        let table = Samples.table(
            builder, Samples.path("/", rules: [rule], [Samples.share(1, "m")]))
        var desk = Desk()
        let value = String(repeating: "a", count: 100) + "!"
        let told = desk.explain(Request("a.test", fields: [("x", value)]), table)
        #expect(told.text.contains("it is a search that gave up (match_limit)"))
    }

    @Test func `addresses are written as people do`() {
        var desk = Desk()
        func client(_ high: UInt64, _ low: UInt64) -> String {
            var request = Request("a.test")
            request.address = ClientAddress(high: high, low: low, isIPv6: true)
            return desk.explain(request, RouteTable(.empty)).request.client
        }
        #expect(client(0, 1) == "::1")
        #expect(client(0x2001_0db8 << 32, 1) == "2001:db8::1")
        #expect(client(0x2001_0db8_0000_0001, 0) == "2001:db8:0:1::")
        #expect(client(0x0001_0002_0003_0004, 0x0005_0006_0007_0008) == "1:2:3:4:5:6:7:8")
        #expect(client(0, 0xffff_0a00_0001) == "10.0.0.1")
    }
}
