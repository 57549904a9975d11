import Bytes
import Routing
import RoutingReference
import Testing

/// Identities over snapshots: series, draw cells, destinations.
struct IdentityTests {
    private func route(
        _ name: String = "a", weights: [UInt32], tag: String = "", host: String = "a.test"
    ) -> RouteSource {
        let shares = weights.enumerated().map { Samples.share($1, "r\($0)") }
        return Samples.route(
            name, Samples.rule([host], [Samples.path("/", tag: tag, shares)]))
    }

    @Test func `series stay while anybody uses them`() {
        let builder = TableBuilder()
        _ = builder.update(routes: [route(weights: [9, 1])], destinations: [])
        let before = builder.catalog.series
        #expect(before.map(\.revision).sorted() == ["r0", "r1"])
        #expect(before.allSatisfy { $0.namespace == "default" && $0.route == "a" })
        _ = builder.update(routes: [route(weights: [5, 4, 1])], destinations: [])
        let after = builder.catalog.series
        #expect(after.count == 3)
        #expect(Set(before).isSubset(of: after))
    }

    @Test func `the same series of two routes is one`() {
        let builder = TableBuilder()
        var twin = route(weights: [1], host: "b.test")
        twin.key = "default/twin"
        _ = builder.update(routes: [route(weights: [1]), twin], destinations: [])
        #expect(builder.catalog.series.count == 1)
        _ = builder.update(routes: [twin], destinations: [])
        #expect(builder.catalog.series.count == 1)
    }

    @Test func `a split's counts go on until its own weights change`() {
        let builder = TableBuilder()
        func draws() -> [Handle] { builder.catalog.splits.flatMap { $0.shares.map(\.draws) } }
        var source = route(weights: [9, 1])
        _ = builder.update(routes: [source], destinations: [])
        let first = draws()
        // Hosts, edits, hash, another path: the split is the same.
        source.rules[0].hosts = ["b.test"]
        source.rules[0].paths[0].edits = [FieldEdit(name: "a", value: "b")]
        source.rules[0].paths.append(
            Samples.path("/x", Samples.share(1, "x"), Samples.share(1, "y")))
        _ = builder.update(routes: [source], destinations: [])
        #expect(draws().prefix(2) == first.prefix(2))
        let other = draws().suffix(2)
        source.rules[0].paths[0].splits[0].share = 8
        _ = builder.update(routes: [source], destinations: [])
        #expect(Set(draws()).isDisjoint(with: first))
        #expect(draws().suffix(2) == other)
        source.rules[0].paths[0].splits[0].revision = "new"
        let second = draws()
        _ = builder.update(routes: [source], destinations: [])
        #expect(Set(draws().prefix(2)).isDisjoint(with: second))
    }

    @Test func `rules of one route with equal splits count as one split`() {
        let builder = TableBuilder()
        let paths = [Samples.path(Samples.share(900_000, "r"), Samples.share(100_000, "s"))]
        let table = RouteTable(
            builder.update(
                routes: [
                    Samples.route(
                        "a", Samples.rule(["a.local"], isExternal: false, paths),
                        Samples.rule(["a.test"], redirects: true, paths))
                ], destinations: Samples.destinations(["r", "s"])))
        #expect(builder.catalog.splits.count == 1)
        #expect(builder.catalog.splits[0].host == "a.local")
        var desk = Desk()
        var counts = ["r": 0, "s": 0]
        for draw in 0..<1000 {
            let request =
                draw % 2 == 0
                ? Request("a.local", on: .internal) : Request("a.test", isTLS: true)
            counts[desk.decide(request, table).revision.string, default: 0] += 1
        }
        #expect(counts == ["r": 900, "s": 100])
    }

    @Test func `an identity is used again only after reclaim, with a new generation`() {
        let builder = TableBuilder()
        func ids() -> Set<Handle> { Set(builder.catalog.series.map(\.id)) }
        _ = builder.update(routes: [route(weights: [1, 1])], destinations: [])
        let old = ids()
        let gone = builder.update(routes: [], destinations: [])
        _ = builder.update(routes: [route("b", weights: [1, 1])], destinations: [])
        #expect(Set(ids().map(\.index)).isDisjoint(with: old.map(\.index)))
        builder.reclaim(served: gone.version)
        _ = builder.update(
            routes: [route("b", weights: [1, 1]), route("c", weights: [1, 1], host: "c.test")],
            destinations: [])
        let reused = ids().filter { id in old.contains { $0.index == id.index } }
        #expect(reused.count == 2)
        #expect(reused.allSatisfy { $0.generation == 2 })
    }

    @Test func `the latest series that nobody uses are kept, and go on when they come back`() {
        let builder = TableBuilder(keptSeries: 2)
        func show(_ revisions: String...) -> [String: Handle] {
            let shares = revisions.map { Samples.share(1, $0) }
            let routes =
                revisions.isEmpty
                ? [] : [Samples.route("a", Samples.rule(["a.test"], [Samples.path("/", shares)]))]
            builder.reclaim(served: builder.update(routes: routes, destinations: []).version)
            return Dictionary(
                builder.catalog.series.map { ($0.revision, $0.id) }, uniquingKeysWith: { $1 })
        }
        let first = show("r0", "r1")
        #expect(show("r1") == first)
        // It comes and goes, more often than anything is kept.
        for _ in 0..<20 {
            #expect(show("r0", "r1") == first)
            #expect(show("r1") == first)
        }
        let second = show("r2", "r1")
        #expect(second["r0"] == first["r0"] && second.count == 3)
        #expect(show("r3").keys.sorted() == ["r1", "r2", "r3"])
        #expect(show("r3", "r0")["r0"] != first["r0"])
        #expect(show().keys.sorted() == ["r0", "r3"])
    }

    /// A table whose sets come and go, each under its name: the last bytes of its addresses.
    ///
    /// It is good until the next one.
    private func tables(
        of builder: TableBuilder
    ) -> ([String: [UInt8]]) -> (table: RouteTable, ids: [String: [Handle]]) {
        { sets in
            let names = sets.keys.sorted()
            let update = builder.update(
                routes: names.map {
                    Samples.route(
                        $0, Samples.rule(["\($0).test"], [Samples.path(Samples.share(1, $0))]))
                },
                destinations: names.map { name in
                    Samples.destination(
                        name,
                        (sets[name] ?? []).map { AddressSource(ip: [10, 0, 0, $0], port: 80) })
                })
            builder.reclaim(served: update.version)
            let table = RouteTable(update)
            let ids = names.map { name in
                var desk = Desk()
                let set = desk.decide(Request("\(name).test"), table).destinationSet
                return (name, (0..<set.count).map { set[$0].id })
            }
            return (table, Dictionary(uniqueKeysWithValues: ids))
        }
    }

    @Test func `the latest destinations whose sets have left keep their identities for a while`()
        throws
    {
        let show = tables(of: TableBuilder(keptDestinations: 1))
        let first = show(["a": [1], "b": [2]])
        let (a, b) = try (#require(first.ids["a"]?.first), #require(first.ids["b"]?.first))
        let without = show(["a": [1]]).table
        #expect(!without.isCurrent(destination: b))
        #expect(without.hasLeft(destination: b))
        #expect(without.isCurrent(destination: a))
        #expect(!without.hasLeft(destination: a))
        let again = show(["a": [1], "b": [2]])
        #expect(again.ids == first.ids)
        #expect(again.table.isCurrent(destination: b))
        #expect(!again.table.hasLeft(destination: b))
        // It left an update before the other, which now takes its place.
        _ = show(["a": [1]])
        let other = show(["c": [3]]).table
        #expect(other.hasLeft(destination: a))
        #expect(!other.hasLeft(destination: b) && !other.isCurrent(destination: b))
        let last = show(["a": [1], "b": [2]])
        #expect(last.ids["a"] == [a])
        #expect(last.ids["b"] != [b])
        // Two leave in one update, of which one is kept.
        let old = try #require(last.ids["b"]?.first)
        let none = show([:]).table
        #expect([a, old].filter { none.hasLeft(destination: $0) }.count == 1)
        #expect([a, old].allSatisfy { !none.isCurrent(destination: $0) })
    }

    @Test func `an address that its set has no more is gone at once`() throws {
        let show = tables(of: TableBuilder(keptDestinations: 8))
        let first = show(["a": [1, 2]])
        let ids = try #require(first.ids["a"])
        let fewer = show(["a": [1]]).table
        #expect(fewer.isCurrent(destination: ids[0]))
        #expect(!fewer.isCurrent(destination: ids[1]) && !fewer.hasLeft(destination: ids[1]))
        // Kept first, then given up by another set that goes on.
        let other = try #require(show(["a": [1], "b": [2]]).ids["b"]?.first)
        #expect(other != ids[1])
        #expect(show(["a": [1]]).table.hasLeft(destination: other))
        #expect(show(["a": [1], "c": [2]]).ids["c"] == [other])
        #expect(!show(["a": [1], "c": [3]]).table.hasLeft(destination: other))
        #expect(show(["a": [1], "b": [2]]).ids["b"] != [other])
    }

    @Test func `whoever is the last to give an address up says whether it is kept`() throws {
        let show = tables(of: TableBuilder(keptDestinations: 8))
        let id = try #require(show(["a": [1], "b": [1]]).ids["a"]?.first)
        // One set loses it while the other is forgotten: it is in no set, and kept or not, never both.
        let one = show(["a": [2]]).table
        #expect(!one.isCurrent(destination: id))
        let isKept = one.hasLeft(destination: id)
        let back = try #require(show(["a": [2], "b": [1]]).ids["b"]?.first)
        #expect((back == id) == isKept)
        // A set loses it, then the other is forgotten.
        _ = show(["a": [1], "b": [1]])
        let last = try #require(show(["a": [2], "b": [1]]).ids["b"]?.first)
        #expect(show(["a": [2]]).table.hasLeft(destination: last))
    }

    @Test func `a destination keeps its identity over sets and snapshots`() {
        let builder = TableBuilder()
        let one = AddressSource(ip: [10, 0, 0, 1], port: 80)
        let two = AddressSource(ip: [10, 0, 0, 2], port: 80)
        let routes = [
            Samples.route(
                "a", Samples.rule(["a.test"], [Samples.path(Samples.share(1, "a"))]),
                Samples.rule(["b.test"], [Samples.path(Samples.share(1, "b"))]))
        ]
        func decide(_ table: RouteTable, _ host: String) -> [Handle] {
            var desk = Desk()
            let set = desk.decide(Request(host), table).destinationSet
            return (0..<set.count).map { set[$0].id }
        }
        func update(_ a: [AddressSource], _ b: [AddressSource]) -> RouteTable {
            RouteTable(
                builder.update(
                    routes: routes,
                    destinations: [Samples.destination("a", a), Samples.destination("b", b)]))
        }
        let first = update([one, two], [two])
        let ids = decide(first, "a.test")
        #expect(decide(first, "b.test") == [ids[1]])
        let second = update([two], [one, two])
        #expect(decide(second, "a.test") == [ids[1]])
        #expect(decide(second, "b.test") == ids)
        let third = update([two], [two])
        #expect(third.isCurrent(destination: ids[1]))
        #expect(!third.isCurrent(destination: ids[0]))
        #expect(second.isCurrent(destination: ids[0]))
        builder.reclaim(served: third.version)
        let fourth = update([one, two], [])
        let again = decide(fourth, "a.test")
        #expect(again[1] == ids[1])
        #expect(again[0].index == ids[0].index && again[0].generation == 2)
        #expect(!fourth.isCurrent(destination: ids[0]))
        // The same address with another protocol is another destination.
        let h2c = RouteTable(
            builder.update(
                routes: routes, destinations: [Samples.destination("a", [two], .h2c)]))
        #expect(decide(h2c, "a.test") != [ids[1]])
    }

    @Test func `an earlier series is preferred without a draw`() {
        let builder = TableBuilder()
        let sets = Samples.destinations(["r0", "r1"])
        let table = RouteTable(
            builder.update(routes: [route(weights: [500_000, 500_000])], destinations: sets))
        let cells = builder.catalog.splits[0].shares.map(\.draws)
        var desk = Desk()
        let first = desk.decide(Request("a.test"), table).series
        for _ in 0..<10 {
            #expect(desk.decide(Request("a.test"), table, preferring: first).series == first)
        }
        #expect(cells.reduce(0) { $0 + desk.draws.value($1) } == 1)
        // An exchange keeps its decision when its revision came to 0 %; a new one never gets it.
        let moved = RouteTable(
            builder.update(routes: [route(weights: [0, 1_000_000])], destinations: sets))
        let zero = builder.catalog.splits[0].shares[0].series
        #expect(desk.decide(Request("a.test"), moved, preferring: zero).revision.string == "r0")
        #expect(desk.decide(Request("a.test"), moved).revision.string == "r1")
        // Gone from the split: drawn as usual.
        let stale = Handle(index: 99, generation: 1)
        #expect(desk.decide(Request("a.test"), moved, preferring: stale).revision.string == "r1")
    }

    @Test func `probes are drawn at random and leave the sequence alone`() {
        let builder = TableBuilder()
        let table = RouteTable(
            builder.update(
                routes: [route(weights: [800_000, 0, 200_000])],
                destinations: Samples.destinations(["r0", "r1", "r2"])))
        let cells = builder.catalog.splits[0].shares.map(\.draws)
        var desk = Desk()
        let probe = Request("a.test", fields: [("K-Network-Probe", "probe")])
        var counts = ["r0": 0, "r1": 0, "r2": 0]
        for _ in 0..<5000 {
            let decision = desk.decide(probe, table)
            #expect(decision.isProbe)
            counts[decision.revision.string, default: 0] += 1
        }
        #expect(cells.allSatisfy { desk.draws.value($0) == 0 })
        #expect(counts["r1"] == 0)
        #expect(abs((counts["r2"] ?? 0) - 1000) < 150)
        #expect(!desk.decide(Request("a.test"), table).isProbe)
    }
}
