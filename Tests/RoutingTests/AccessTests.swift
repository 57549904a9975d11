import Routing
import RoutingReference
import Testing

/// Paths and rules that some clients only may have.
struct AccessTests {
    private static func network(_ ip: [UInt8], _ prefix: Int) -> NetworkSource {
        NetworkSource(ip: ip, prefix: prefix)
    }

    private static func v4(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> ClientAddress {
        let word = UInt64(a) << 24 | UInt64(b) << 16 | UInt64(c) << 8 | UInt64(d)
        return ClientAddress(high: word << 32, low: 0, isIPv6: false)
    }

    private static func v6(_ high: UInt64, _ low: UInt64) -> ClientAddress {
        ClientAddress(high: high, low: low, isIPv6: true)
    }

    /// Whether a path with that access list is there for the client.
    private func isThere(_ access: [NetworkSource]?, for address: ClientAddress) -> Bool {
        let builder = TableBuilder()
        let table = Samples.table(
            builder, Samples.path("/", access: access, [Samples.share(1, "a")]))
        var desk = Desk()
        var request = Request("a.test")
        request.address = address
        return desk.decide(request, table).kind == .toRevision
    }

    @Test(
        arguments: [
            (network([10, 0, 0, 0], 8), v4(10, 255, 1, 2), true),
            (network([10, 0, 0, 0], 8), v4(11, 0, 0, 0), false),
            (network([10, 0, 0, 1], 32), v4(10, 0, 0, 1), true),
            (network([10, 0, 0, 1], 32), v4(10, 0, 0, 2), false),
            (network([10, 0, 0, 2], 31), v4(10, 0, 0, 3), true),
            (network([0, 0, 0, 0], 0), v4(255, 255, 255, 255), true),
            (network([0, 0, 0, 0], 0), v6(1, 1), false),
            (network(Array(repeating: 0, count: 16), 0), v6(1 << 63, 1), true),
            (network(Array(repeating: 0, count: 16), 0), v4(1, 2, 3, 4), false),
            (
                network([0x20, 1, 0xd, 0xb8] + Array(repeating: 0, count: 12), 64),
                v6(0x2001_0db8 << 32, .max), true
            ),
            (
                network([0x20, 1, 0xd, 0xb8] + Array(repeating: 0, count: 12), 64),
                v6(0x2001_0db8 << 32 | 1, 0), false
            ),
            (
                network([0x20, 1, 0xd, 0xb8] + Array(repeating: 0, count: 12), 65),
                v6(0x2001_0db8 << 32, 1 << 63), false
            ),
            (
                network([0x20, 1, 0xd, 0xb8] + Array(repeating: 0, count: 11) + [1], 128),
                v6(0x2001_0db8 << 32, 1), true
            ),
            // Both are plain IPv4 in the other's form.
            (network([10, 0, 0, 0], 8), v6(0, 0xffff_0a01_0203), true),
            (
                network(Array(repeating: 0, count: 10) + [0xff, 0xff, 10, 0, 0, 0], 104),
                v4(10, 1, 2, 3), true
            ),
        ] as [(NetworkSource, ClientAddress, Bool)])
    func `a network holds the addresses that begin like it`(
        network: NetworkSource, address: ClientAddress, expected: Bool
    ) {
        #expect(isThere([network], for: address) == expected)
    }

    @Test func `no list lets everybody, an empty list nobody, any network is enough`() {
        let address = Self.v4(10, 0, 0, 1)
        #expect(isThere(nil, for: address))
        #expect(!isThere([], for: address))
        let networks = [Self.network([192, 168, 0, 0], 16), Self.network([10, 0, 0, 0], 8)]
        #expect(isThere(networks, for: address))
    }

    @Test func `from elsewhere a tag's host is unknown and its header an unknown tag`() {
        let builder = TableBuilder()
        let inside = [Self.network([10, 0, 0, 0], 8)]
        let blue = [Samples.share(1, "blue")]
        let condition = FieldCondition(name: "Knative-Serving-Tag", value: "blue")
        let table = RouteTable(
            builder.update(
                routes: [
                    Samples.route(
                        "a",
                        Samples.rule(
                            ["a.test"],
                            [
                                Samples.path(
                                    "/", conditions: [condition], tag: "blue", access: inside,
                                    blue), Samples.path("/", [Samples.share(1, "main")]),
                            ]),
                        Samples.rule(
                            ["blue-a.test"],
                            [Samples.path("/", tag: "blue", access: inside, blue)]))
                ], destinations: Samples.destinations(["blue", "main"])))
        var desk = Desk()
        var header = Request("a.test", fields: [("knative-serving-tag", "blue")])
        var host = Request("blue-a.test")
        #expect(desk.decide(header, table).revision.string == "main")
        #expect(desk.decide(host, table).kind == .noRoute)
        header.address = Self.v4(10, 1, 1, 1)
        host.address = Self.v4(10, 1, 1, 1)
        let byHeader = desk.decide(header, table)
        #expect(byHeader.revision.string == "blue" && byHeader.reason == .header)
        let byHost = desk.decide(host, table)
        #expect(byHost.revision.string == "blue" && byHost.reason == .tag)
    }

    @Test func `a rule that others may have only is passed over`() {
        let builder = TableBuilder()
        let rules = [
            Samples.rule(
                [], tag: "blue", access: [Self.network([10, 0, 0, 0], 8)], to: "blue")
        ]
        let table = Samples.table(
            builder, Samples.path("/", rules: rules, [Samples.share(1, "main")]))
        var desk = Desk()
        var request = Request("a.test")
        #expect(desk.decide(request, table).revision.string == "main")
        request.address = Self.v4(10, 1, 1, 1)
        let decision = desk.decide(request, table)
        #expect(decision.revision.string == "blue" && decision.tag.string == "blue")
        #expect(decision.reason == .rule && decision.rule == 0)
    }
}
