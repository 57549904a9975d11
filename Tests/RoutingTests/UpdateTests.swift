import Bytes
import Routing
import RoutingReference
import Testing

/// Incremental updates: what is rebuilt, what is kept, what is freed.
struct UpdateTests {
    private func path(_ splits: SplitSource...) -> [PathSource] { [Samples.path("/", splits)] }

    private func simple(_ name: String) -> RouteSource {
        Samples.route(
            name, Samples.rule(["\(name).test"], path(Samples.share(1_000_000, name))))
    }

    // MARK: Against the reference

    @Test(arguments: 1...4)
    func `random updates decide as a full rebuild and as the plain rules do`(seed: UInt64) {
        var dice = Dice(seed: seed)
        let builder = TableBuilder()
        var routes: [RouteSource] = []
        var destinations: [DestinationSource] = []
        for _ in 0..<40 {
            let snapshot = step(&dice, builder, &routes, &destinations)
            // Some time later than it is published, every worker serves it.
            if dice.roll(3) == 0 {
                builder.reclaim(served: snapshot.version - UInt64(dice.roll(2)))
            }
            let fresh = TableBuilder()
            let rebuilt = fresh.update(routes: routes, destinations: destinations)
            let reference = ReferenceMatcher(routes: routes, destinations: destinations)
            var desk = Desk(seed: seed)
            var other = Desk(seed: seed)
            for _ in 0..<30 {
                let request = dice.request()
                let one = desk.decide(request, RouteTable(snapshot)).outcome
                #expect(one == other.decide(request, RouteTable(rebuilt)).outcome)
                #expect(reference.outcomes(request).contains { $0.allows(one) }, "\(request)")
            }
            expectSame(builder.conflicts, fresh.conflicts)
            withExtendedLifetime(fresh) {}
        }
        builder.reclaim(served: .max)
        #expect(builder.blockCount == blocks(routes, destinations))
    }

    /// Changes routes and destinations a little, by the full form or by the primitive.
    private func step(
        _ dice: inout Dice, _ builder: TableBuilder, _ routes: inout [RouteSource],
        _ destinations: inout [DestinationSource]
    ) -> Snapshot {
        var next: [RouteSource] = routes
        for _ in 0...dice.roll(3) {
            let route = dice.route("r\(dice.roll(10))")
            if let index = next.firstIndex(where: { $0.key == route.key }) {
                next.remove(at: index)
                // Put back changed, at another place; or not at all.
                if dice.roll(4) > 0 { next.insert(route, at: dice.roll(next.count + 1)) }
            } else {
                next.insert(route, at: dice.roll(next.count + 1))
            }
        }
        let service = dice.pick(Dice.services)
        var sets = destinations.filter { $0.key != Samples.key(service) }
        if dice.roll(4) > 0 { sets.append(dice.destination(service)) }
        defer { (routes, destinations) = (next, sets) }
        if dice.roll(2) == 0 { return builder.update(routes: next, destinations: sets) }
        let keys = Set(next.map(\.key))
        let known = Set(sets.map(\.key))
        return builder.update(
            TableChange(
                routes: next.enumerated().map { RankedRoute($1, at: $0) },
                routesRemoved: routes.map(\.key).filter { !keys.contains($0) },
                destinations: sets.filter { $0.key == Samples.key(service) },
                destinationsRemoved: destinations.map(\.key).filter { !known.contains($0) }))
    }

    private func expectSame(_ one: [HostConflict], _ other: [HostConflict]) {
        #expect(one == other)
    }

    /// Blocks of a table at rest: root, routes, sets, pages, and shards with a host.
    private func blocks(_ routes: [RouteSource], _ destinations: [DestinationSource]) -> Int {
        let fresh = TableBuilder()
        _ = fresh.update(routes: routes, destinations: destinations)
        return fresh.blockCount
    }

    // MARK: Blocks

    @Test func `an update that changes nothing replaces the root only`() {
        let builder = TableBuilder()
        let routes = (0..<50).map { simple("r\($0)") }
        let sets = Samples.destinations((0..<50).map { "r\($0)" })
        _ = builder.update(routes: routes, destinations: sets)
        let before = builder.blockCount
        let snapshot = builder.update(routes: routes, destinations: sets)
        #expect(builder.blockCount == before + 1)
        builder.reclaim(served: snapshot.version - 1)
        #expect(builder.blockCount == before + 1)
        builder.reclaim(served: snapshot.version)
        #expect(builder.blockCount == before)
    }

    @Test func `a changed set replaces its block, its page and the root`() {
        let builder = TableBuilder()
        let routes = (0..<50).map { simple("r\($0)") }
        var sets = Samples.destinations((0..<50).map { "r\($0)" })
        _ = builder.update(routes: routes, destinations: sets)
        let before = builder.blockCount
        sets[7].addresses = [AddressSource(ip: [10, 0, 0, 1], port: 1)]
        let snapshot = builder.update(routes: routes, destinations: sets)
        // And the page of generations, for the addresses that came and went.
        #expect(builder.blockCount == before + 4)
        builder.reclaim(served: snapshot.version)
        #expect(builder.blockCount == before)
    }

    @Test func `a changed route replaces its block, its host's shard and the root`() {
        let builder = TableBuilder()
        var routes = (0..<50).map { simple("r\($0)") }
        let sets = Samples.destinations((0..<50).map { "r\($0)" })
        _ = builder.update(routes: routes, destinations: sets)
        let before = builder.blockCount
        routes[3].hash = String(repeating: "f", count: 64)
        let snapshot = builder.update(routes: routes, destinations: sets)
        #expect(builder.blockCount == before + 3)
        builder.reclaim(served: snapshot.version)
        #expect(builder.blockCount == before)
    }

    @Test func `an old snapshot serves until it is reclaimed`() {
        let builder = TableBuilder()
        let first = builder.update(
            routes: [simple("a"), simple("b")], destinations: Samples.destinations(["a", "b"]))
        let second = builder.update(routes: [simple("b")], destinations: [])
        var desk = Desk()
        #expect(desk.decide(Request("a.test"), RouteTable(first)).kind == .toRevision)
        #expect(desk.decide(Request("a.test"), RouteTable(second)).kind == .noRoute)
        #expect(desk.decide(Request("b.test"), RouteTable(second)).kind == .noDestination)
        builder.reclaim(served: second.version)
        #expect(desk.decide(Request("b.test"), RouteTable(second)).revision.string == "b")
    }

    @Test func `everything removed leaves pages and root`() {
        let builder = TableBuilder()
        let names = (0..<300).map { "r\($0)" }
        _ = builder.update(routes: names.map(simple), destinations: Samples.destinations(names))
        let last = builder.update(routes: [], destinations: [])
        builder.reclaim(served: last.version)
        // Two pages of sets, one of generations, the root.
        #expect(builder.blockCount == 4)
        #expect(builder.catalog.series.isEmpty && builder.catalog.splits.isEmpty)
        #expect(builder.routeCount == 0)
    }

    // MARK: Conflicts

    @Test func `the first route wins a host and the loser keeps its others`() {
        let builder = TableBuilder()
        let one = Samples.route(
            "one", Samples.rule(["x.test", "one.test"], path(Samples.share(1, "one"))))
        let two = Samples.route(
            "two", Samples.rule(["x.test", "two.test"], path(Samples.share(1, "two"))))
        let sets = Samples.destinations(["one", "two"])
        var desk = Desk()
        var table = RouteTable(builder.update(routes: [one, two], destinations: sets))
        #expect(desk.decide(Request("x.test"), table).revision.string == "one")
        #expect(desk.decide(Request("two.test"), table).revision.string == "two")
        #expect(
            builder.conflicts.map { [$0.host, $0.winner, $0.loser] }
                == [["x.test", "default/one", "default/two"]])
        // The order alone changes.
        table = RouteTable(builder.update(routes: [two, one], destinations: sets))
        #expect(desk.decide(Request("x.test"), table).revision.string == "two")
        #expect(builder.conflicts.map(\.winner) == ["default/two"])
        // The winner goes: the loser has the host at once.
        table = RouteTable(builder.update(routes: [one], destinations: sets))
        #expect(desk.decide(Request("x.test"), table).revision.string == "one")
        #expect(builder.conflicts.isEmpty)
    }

    @Test func `two routes for any host are in conflict`() {
        let builder = TableBuilder()
        let routes = ["one", "two"].map {
            Samples.route($0, Samples.rule([], path(Samples.share(1, $0))))
        }
        _ = builder.update(routes: routes, destinations: [])
        #expect(builder.conflicts.map(\.host) == [""])
    }

    // MARK: Limits

    @Test func `a route beyond a limit is refused and its last form stays`() {
        let builder = TableBuilder()
        var route = simple("a")
        let sets = Samples.destinations(["a"])
        _ = builder.update(routes: [route], destinations: sets)
        route.rules[0].paths[0].splits = (0...TableLimits.sharesMax).map {
            Samples.share(1, "r\($0)")
        }
        let table = RouteTable(builder.update(routes: [route], destinations: sets))
        var desk = Desk()
        #expect(desk.decide(Request("a.test"), table).revision.string == "a")
        #expect(builder.refusals.map(\.key) == ["default/a"])
        #expect(builder.refusals.map(\.reason) == ["more than 64 shares in one split"])
        _ = builder.update(routes: [simple("a")], destinations: sets)
        #expect(builder.refusals.isEmpty)
    }

    @Test func `texts that look equal but differ in bytes stay apart`() {
        let composed = "/caf\u{e9}"
        let decomposed = "/cafe\u{301}"
        let builder = TableBuilder()
        let paths = [
            Samples.path(composed, Samples.share(1, "c")),
            Samples.path(decomposed, Samples.share(1, "d")),
        ]
        let table = RouteTable(
            builder.update(
                routes: [Samples.route("a", Samples.rule(["a.test"], paths))], destinations: []))
        var desk = Desk()
        #expect(desk.decide(Request("a.test", composed), table).revision.string == "c")
        #expect(desk.decide(Request("a.test", decomposed), table).revision.string == "d")
        withExtendedLifetime(builder) {}
    }
}
