import Bytes
import RoutingReference
import Testing

@testable import Routing

/// Who has which host, over updates.
struct HostIndexTests {
    private func route(_ name: String, _ hosts: [String]) -> RouteSource {
        Samples.route(
            name, Samples.rule(hosts, [Samples.path(Samples.share(1_000_000, name))]))
    }

    @Test func `a host that many claim is decided once, when the update ends`() {
        var index = HostIndex(.fixed)
        let count: UInt32 = 1000
        for number in 0..<count { index.claim("x.test", at: 0, for: number) }
        #expect(index.contested["x.test"]?.count == Int(count))
        var compared = 0
        func elect(isReordered: Bool = false) {
            index.elect(isReordered: isReordered) {
                compared += 1
                return $0 > $1
            }
        }
        elect()
        #expect(compared < Int(count))
        // Nobody came or went.
        compared = 0
        elect()
        #expect(compared == 0)
        elect(isReordered: true)
        #expect(compared > 0 && compared < Int(count))
        for number in 0..<count - 1 { index.release("x.test", by: number) }
        elect()
        #expect(index.contested.isEmpty)
    }

    @Test func `hosts that change their places in their route are found there`() {
        let builder = TableBuilder()
        let hosts = (0..<200).map { "h\($0).test" }
        let sets = Samples.destinations(["a", "b"])
        var desk = Desk()
        for (own, others) in [
            (hosts, Array(hosts[50..<60])), (hosts.reversed(), Array(hosts[40..<70].reversed())),
            (hosts.shuffled(), hosts.shuffled()), (Array(hosts[100...]), hosts),
        ] {
            let table = RouteTable(
                builder.update(routes: [route("a", own), route("b", others)], destinations: sets))
            for host in hosts {
                let wanted = own.contains(host) ? "a" : others.contains(host) ? "b" : ""
                #expect(desk.decide(Request(host), table).revision.string == wanted)
            }
            #expect(builder.conflicts.map(\.host) == others.filter(own.contains).sorted())
        }
        withExtendedLifetime(builder) {}
    }

    @Test func `a number that is another route's at once has that one's hosts`() {
        let builder = TableBuilder()
        let names = ["a", "b", "c", "d"]
        let sets = Samples.destinations(names)
        let routes = names.map { route($0, ["\($0).test", "x.test", "y.test"]) }
        var desk = Desk()
        _ = builder.update(routes: Array(routes[..<3]), destinations: sets)
        // The first goes, and another with its number claims the same host before all.
        var table = RouteTable(
            builder.update(routes: [routes[3], routes[1], routes[2]], destinations: sets))
        #expect(desk.decide(Request("x.test"), table).revision.string == "d")
        #expect(desk.decide(Request("d.test"), table).revision.string == "d")
        #expect(desk.decide(Request("a.test"), table).kind == .noRoute)
        // All but the last go.
        table = RouteTable(builder.update(routes: [routes[2]], destinations: sets))
        #expect(desk.decide(Request("y.test"), table).revision.string == "c")
        #expect(builder.conflicts.isEmpty)
        withExtendedLifetime(builder) {}
    }

    @Test(arguments: [HashSeed.fixed, HashSeed(1, 2), HashSeed(.max, .max)])
    func `whatever hosts are hashed with, they are found`(seed: HashSeed) {
        let builder = TableBuilder(hashSeed: seed)
        let names = (0..<300).map { "r\($0)" }
        let table = RouteTable(
            builder.update(
                routes: names.map { route($0, ["\($0).test"]) },
                destinations: Samples.destinations(names)))
        var desk = Desk()
        for name in names {
            #expect(desk.decide(Request("\(name).TEST"), table).revision.string == name)
        }
        #expect(desk.decide(Request("r300.test"), table).kind == .noRoute)
        withExtendedLifetime(builder) {}
    }
}
