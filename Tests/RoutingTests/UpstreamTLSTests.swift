import Bytes
import Routing
import RoutingReference
import Testing

/// What the table says of upstreams that are asked over TLS.
struct UpstreamTLSTests {
    private static let address = AddressSource(ip: [10, 0, 0, 1], port: 8112)
    private static let routes = [
        Samples.route("a", Samples.rule(["a.test"], [Samples.path(Samples.share(1_000_000, "r"))]))
    ]

    private func source(
        _ tls: UpstreamTLS?, _ spoken: UpstreamProtocol = .http1
    ) -> DestinationSource {
        var source = Samples.destination("r", [Self.address], spoken)
        source.tls = tls
        return source
    }

    private func destination(
        _ builder: TableBuilder, _ source: DestinationSource
    ) -> (destination: Destination, names: [UInt8])? {
        let table = RouteTable(builder.update(routes: Self.routes, destinations: [source]))
        var desk = Desk()
        let set = desk.decide(Request("a.test"), table).destinationSet
        if set.isEmpty { return nil }
        let names = set[0].names.bytes
        return (set[0], names.indices.map { names[$0] })
    }

    @Test func `names stand behind their lengths`() throws {
        let builder = TableBuilder()
        let tls = UpstreamTLS(names: ["kn-routing", "kn-user-a"], trust: 1)
        let (found, names) = try #require(destination(builder, source(tls, .h2c)))
        #expect(found.isTLS)
        #expect(found.protocolToUpstream == .h2c)
        #expect(names == [10] + Array("kn-routing".utf8) + [9] + Array("kn-user-a".utf8))
        #expect(found.high == 0x0a00_0001_0000_0000 && found.port == 8112)
        let (plain, none) = try #require(destination(builder, source(nil)))
        #expect(!plain.isTLS && none == [])
    }

    @Test func `another demand is another destination`() throws {
        let builder = TableBuilder()
        let demands: [(UpstreamTLS?, UpstreamProtocol)] = [
            (nil, .http1), (nil, .h2c), (UpstreamTLS(names: ["a"], trust: 1), .http1),
            (UpstreamTLS(names: ["a"], trust: 1), .h2c),
            (UpstreamTLS(names: ["b"], trust: 1), .http1),
            (UpstreamTLS(names: ["a", "b"], trust: 1), .http1),
            (UpstreamTLS(names: ["a"], trust: 2), .http1),
        ]
        var ids: Set<Handle> = []
        for (tls, spoken) in demands {
            let found = try #require(destination(builder, source(tls, spoken))).destination
            #expect(ids.insert(found.id).inserted)
            let again = try #require(destination(builder, source(tls, spoken))).destination
            #expect(again.id == found.id)
        }
    }

    @Test func `a set under a rewritten host is another set`() {
        let key = Samples.key("r")
        let plain = DestinationKey(
            namespace: key.namespace, service: key.service, port: key.port, isRewritten: true)
        #expect(plain != key)
    }

    @Test(arguments: [
        ([], "no name to expect of its certificate"),
        ([""], "a name of its certificate of 0 or more than 255 bytes"),
        (
            [String(repeating: "n", count: 256)],
            "a name of its certificate of 0 or more than 255 bytes"
        ),
        ([String](repeating: "n", count: 17), "more than 16 names of its certificate"),
    ])
    func `demands beyond the limits are refused, the last good ones stay`(
        names: [String], reason: String
    ) throws {
        let builder = TableBuilder()
        let good = UpstreamTLS(names: ["a"], trust: 1)
        let first = try #require(destination(builder, source(good))).destination
        let refused = destination(builder, source(UpstreamTLS(names: names, trust: 1)))
        #expect(try #require(refused).destination.id == first.id)
        #expect(builder.refusals.map(\.reason) == [reason])
    }

    @Test(arguments: [
        (UpstreamProtocol.http1, false, "http/1.1"), (.h2c, false, "h2c"), (.http1, true, "https"),
        (.h2c, true, "h2"),
    ])
    func `people are told what is spoken`(spoken: UpstreamProtocol, isTLS: Bool, name: String) {
        #expect(spoken.name(overTLS: isTLS) == name)
    }
}
