import Bytes
import Routing
import RoutingReference
import Testing

/// Hops to our own internal listener, decided in process (Knative §1.11).
struct InnerHopTests {
    private let builder = TableBuilder()

    /// A DomainMapping's Ingress: the host rewritten, one share to our own listener.
    private func mapping(
        _ host: String, to inner: String?, edits: [FieldEdit] = [], isExternal: Bool = true,
        weight: UInt32 = 1_000_000
    ) -> RouteSource {
        Samples.route(
            host,
            Samples.rule(
                [host], isExternal: isExternal,
                [
                    Samples.path(
                        "/", rewriteHost: inner, edits: edits,
                        [Samples.share(weight, "inner-\(host)")])
                ]))
    }

    private func table(_ routes: [RouteSource]) -> RouteTable {
        let services = Set(
            routes.flatMap(\.rules).flatMap(\.paths)
                .flatMap { $0.splits + $0.trafficRules.flatMap(\.splits) }.map(\.revision))
        return RouteTable(
            builder.update(
                routes: routes,
                destinations: services.sorted().map { service in
                    var source = Samples.destination(
                        service, [AddressSource(ip: [10, 0, 0, 1], port: 80)])
                    if service.hasPrefix("inner-") {
                        source.isInnerHop = true
                        source.addresses = []
                    }
                    return source
                }))
    }

    private func edits(_ decision: Decision) -> [String] {
        (0..<decision.edits.count).map {
            "\(decision.edits[$0].name.string)=\(decision.edits[$0].value.string)"
        }
    }

    private func route(_ name: String, _ path: PathSource) -> RouteSource {
        Samples.route(name, Samples.rule(["\(name).local"], isExternal: false, [path]))
    }

    @Test func `a mapped host is decided again on the internal listener`() {
        let original = FieldEdit(name: "K-Original-Host", value: "shop.test")
        var outer = mapping(
            "shop.test", to: "shop.local",
            edits: [original, FieldEdit(name: "X-Both", value: "outer")])
        outer.hash = "outer"
        let table = table([
            outer,
            route(
                "shop",
                Samples.path(
                    "/",
                    edits: [
                        FieldEdit(name: "x-both", value: "inner"),
                        FieldEdit(name: "x-own", value: "1"),
                    ], [Samples.share(1, "r")])),
        ])
        var desk = Desk()
        let decision = desk.decide(Request("shop.test", "/a"), table)
        #expect(decision.kind == .toRevision && decision.innerHops == 1)
        #expect(decision.routeName.string == "shop" && decision.revision.string == "r")
        #expect(decision.rewriteHost.string == "shop.local")
        #expect(decision.hash.string == "outer")
        #expect(decision.destinationSet.count == 1)
        #expect(edits(decision) == ["x-both=inner", "x-own=1", "K-Original-Host=shop.test"])
        // The inner host is not there for the outside.
        #expect(desk.decide(Request("shop.local"), table).kind == .noRoute)
    }

    @Test func `conditions further in see what was set further out`() {
        let condition = FieldCondition(name: "k-original-host", value: "shop.test")
        var mapped = Samples.path(
            "/", conditions: [condition], [Samples.share(1, "mapped")])
        mapped.trafficRules = [
            Samples.rule([.init(.header("K-Original-Host"), .regex("^shop"))], to: "rule")
        ]
        let table = table([
            mapping(
                "shop.test", to: "shop.local",
                edits: [FieldEdit(name: "K-Original-Host", value: "shop.test")]),
            Samples.route(
                "shop",
                Samples.rule(
                    ["shop.local"], isExternal: false,
                    [mapped, Samples.path(Samples.share(1, "direct"))])),
        ])
        var desk = Desk()
        #expect(desk.decide(Request("shop.test"), table).revision.string == "rule")
        let spoofed = [(name: "k-original-host", value: "other"), ("k-original-host", "x")]
        #expect(
            desk.decide(Request("shop.test", fields: spoofed), table).revision.string == "rule")
        #expect(
            desk.decide(Request("shop.local", on: .internal), table).revision.string == "direct")
    }

    @Test func `two inner hops are taken, a third is a loop`() {
        func edit(_ value: String) -> [FieldEdit] { [FieldEdit(name: "x", value: value)] }
        let table = table([
            mapping("a.test", to: "b.test", edits: edit("a")),
            mapping("b.test", to: "c.test", edits: edit("b")),
            mapping("c.test", to: "end.local", edits: edit("c")),
            mapping("self.test", to: nil),
            route("end", Samples.path(Samples.share(1, "r"))),
        ])
        var desk = Desk()
        let two = desk.decide(Request("b.test"), table)
        #expect(two.kind == .toRevision && two.innerHops == 2 && edits(two) == ["x=c"])
        #expect(two.rewriteHost.string == "end.local")
        let three = desk.decide(Request("a.test"), table)
        #expect(three.kind == .loop && three.innerHops == 2 && three.destinationSet.isEmpty)
        #expect(desk.decide(Request("self.test"), table).kind == .loop)
    }

    @Test func `an inner host that is not there is no route`() {
        let table = table([mapping("a.test", to: "nowhere.local")])
        var desk = Desk()
        let decision = desk.decide(Request("a.test"), table)
        #expect(decision.kind == .noRoute && decision.innerHops == 1 && !decision.hasRoute)
    }

    @Test func `a key that was issued further out is the one further in`() {
        var outer = mapping("a.test", to: "shop.local")
        outer.rules[0].paths[0].sticky = StickySource(key: .cookie, salt: "o", order: [0])
        let table = table([
            outer,
            route(
                "shop",
                Samples.path(
                    "/", sticky: StickySource(key: .cookie, salt: "i", order: [0, 1]),
                    [Samples.share(1, "r"), Samples.share(1, "s")])),
        ])
        var desk = Desk()
        for _ in 0..<20 {
            let first = desk.decide(Request("a.test"), table)
            guard let key = first.stickiness.issued else {
                Issue.record("no key")
                continue
            }
            let text = String(
                decoding: (0..<StickyKey.digitCount).map { key.digit($0) }, as: UTF8.self)
            let again = desk.decide(
                Request("a.test", fields: [("cookie", "weir-split=\(text)")]), table)
            #expect(again.revision.string == first.revision.string)
            #expect(again.bucket == first.bucket && again.reason == .sticky)
        }
    }

    @Test func `a re-send goes through the same hop again, uncounted`() {
        let outer = Samples.route(
            "outer",
            Samples.rule(
                ["a.test"],
                [
                    Samples.path(
                        "/", rewriteHost: "shop.local",
                        [Samples.share(500_000, "direct"), Samples.share(500_000, "inner-x")])
                ]))
        let table = table([
            outer,
            route("shop", Samples.path(Samples.share(500_000, "r"), Samples.share(500_000, "s"))),
        ])
        let cells = builder.catalog.splits.flatMap { $0.shares.map(\.draws) }
        var desk = Desk()
        for _ in 0..<20 {
            let first = desk.decide(Request("a.test"), table)
            let counted = cells.map { desk.draws.value($0) }
            let again = desk.decide(Request("a.test"), table, preferring: first.series)
            #expect(again.series == first.series)
            #expect(cells.map { desk.draws.value($0) } == counted)
        }
    }

    @Test func `a probe is one on every hop`() {
        let table = table([
            mapping("a.test", to: "shop.local"), route("shop", Samples.path(Samples.share(1, "r"))),
        ])
        var desk = Desk()
        let probe = Request("a.test", fields: [("K-Network-Probe", "probe")])
        #expect(desk.decide(probe, table).isProbe)
    }
}
