import Routing
import RoutingReference
import Testing

/// The packed form of a route's source.
struct PackedRouteTests {
    @Test(arguments: 1...20) func `a source is the same when it is unpacked`(seed: UInt64) {
        var dice = Dice(seed: seed)
        for number in 0..<50 {
            let source = dice.route("r\(number)")
            let packed = PackedRoute(source)
            #expect(packed.source == source)
            #expect(packed.key == source.key)
            #expect(packed == PackedRoute(packed.source))
        }
    }

    @Test func `every part is packed`() {
        let networks = [
            NetworkSource(ip: [10, 0, 0, 0], prefix: 8),
            NetworkSource(ip: Array(repeating: 255, count: 16), prefix: 128),
        ]
        let conditions = [
            RuleCondition(.path, .regex("^/v[0-9]")), RuleCondition(.method, .oneOf(["GET", ""])),
            RuleCondition(.header("X-A"), .exact("é")), RuleCondition(.query("q"), .present),
            RuleCondition(.cookie("c"), .exact("")),
        ]
        var source = Samples.route("a", [])
        source.exposesRevision = true
        for key in [.cookie, .header("X-User"), .address] as [StickySource.Key] {
            let path = Samples.path(
                "/", conditions: [FieldCondition(name: "K", value: "v")], rewriteHost: "b.test",
                edits: [FieldEdit(name: "X-Long", value: String(repeating: "x", count: 20_000))],
                tag: "blue", access: key == .address ? [] : networks,
                rules: [
                    Samples.rule(
                        conditions, tag: "blue", access: networks,
                        edits: [FieldEdit(name: "A", value: "b")], to: "r-1")
                ], sticky: StickySource(key: key, salt: "default/a", order: [1, 0]),
                [Samples.share(0, "r-1"), Samples.share(.max, "r-2")])
            source.rules.append(
                Samples.rule(["a.test"], isExternal: false, redirects: true, [path]))
        }
        source.rules[0].paths[0].splits[0].destinations = DestinationKey(
            namespace: "default", service: "r-1", port: "80", isRewritten: true)
        #expect(PackedRoute(source).source == source)
    }

    @Test func `texts that are equal but for their bytes stay apart`() {
        // The same letter in one scalar and in two.
        let hosts = ["\u{e9}.test", "e\u{301}.test"] + (0..<100).map { "\($0).test" }
        let source = Samples.route("a", Samples.rule(hosts + ["e\u{301}.test"], []))
        let unpacked = PackedRoute(source).source.rules[0].hosts
        #expect(unpacked.map { Array($0.utf8) } == source.rules[0].hosts.map { Array($0.utf8) })
    }

    @Test func `a change of any part is another form`() {
        let network = NetworkSource(ip: [10, 0, 0, 0], prefix: 8)
        let path = Samples.path(
            "/", conditions: [FieldCondition(name: "K", value: "v")], rewriteHost: "b.test",
            edits: [FieldEdit(name: "A", value: "b")], tag: "blue", access: [network],
            rules: [Samples.rule([RuleCondition(.method, .exact("GET"))], to: "r-1")],
            sticky: StickySource(key: .cookie, salt: "default/a", order: [0]),
            [Samples.share(1_000_000, "r-1")])
        let source = Samples.route("a", Samples.rule(["a.test"], [path]))
        let changes: [(inout RouteSource) -> Void] = [
            { $0.exposesRevision.toggle() }, { $0.rules.append($0.rules[0]) },
            { $0.rules[0].hosts[0] = "b.test" }, { $0.rules[0].isExternal.toggle() },
            { $0.rules[0].redirectsToHTTPS.toggle() }, { $0.rules[0].paths = [] },
            { $0.rules[0].paths[0].prefix = "/a" }, { $0.rules[0].paths[0].conditions = [] },
            { $0.rules[0].paths[0].rewriteHost = "c.test" }, { $0.rules[0].paths[0].edits = [] },
            { $0.rules[0].paths[0].tag = "green" }, { $0.rules[0].paths[0].access = [] },
            { $0.rules[0].paths[0].trafficRules = [] }, { $0.rules[0].paths[0].sticky = nil },
            { $0.rules[0].paths[0].splits = [] },
        ]
        for (number, change) in changes.enumerated() {
            var other = source
            change(&other)
            #expect(other != source, "change \(number)")
            #expect(PackedRoute(other) != PackedRoute(source), "change \(number)")
        }
    }
}
