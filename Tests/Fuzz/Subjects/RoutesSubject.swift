import Routing
import RoutingReference

/// A route table made of whatever the bytes say, changed in steps: it decides as one that is built
/// anew does, and as the plain rules say.
enum RoutesSubject {
    private static let stepsMax = 4
    private static let requestsMax = 6

    static func check(_ bytes: [UInt8]) throws(Finding) {
        guard bytes.count >= 8 else { return }
        var dice = Dice(bytes: bytes)
        let builder = TableBuilder()
        var routes: [RouteSource] = []
        var destinations: [DestinationSource] = []
        var steps = 0
        while !dice.isEmpty, steps < stepsMax {
            steps += 1
            change(&dice, &routes, &destinations)
            let snapshot = builder.update(routes: routes, destinations: destinations)
            if dice.roll(2) == 0 { builder.reclaim(served: snapshot.version) }
            let fresh = TableBuilder()
            let rebuilt = fresh.update(routes: routes, destinations: destinations)
            let reference = ReferenceMatcher(routes: routes, destinations: destinations)
            var desk = Desk(seed: 1)
            var other = Desk(seed: 1)
            for _ in 0...dice.roll(requestsMax) {
                let request = dice.request()
                let one = desk.decide(request, RouteTable(snapshot)).outcome
                let two = other.decide(request, RouteTable(rebuilt)).outcome
                try demand(one, equals: two, "built anew: \(request)")
                let allowed = reference.outcomes(request)
                try demand(
                    allowed.contains { $0.allows(one) }, "\(request): \(one) not in \(allowed)")
            }
            withExtendedLifetime(fresh) {}
        }
        builder.reclaim(served: .max)
    }

    private static func change(
        _ dice: inout Dice, _ routes: inout [RouteSource],
        _ destinations: inout [DestinationSource]
    ) {
        for _ in 0...dice.roll(3) {
            let route = dice.route("r\(dice.roll(6))")
            if let index = routes.firstIndex(where: { $0.key == route.key }) {
                routes.remove(at: index)
                if dice.roll(4) == 0 { continue }
            }
            routes.insert(route, at: dice.roll(routes.count + 1))
        }
        for _ in 0...dice.roll(3) {
            let source = dice.destination(dice.pick(Dice.services))
            destinations.removeAll { $0.key == source.key }
            if dice.roll(4) > 0 { destinations.append(source) }
        }
    }
}
