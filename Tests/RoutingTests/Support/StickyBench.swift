import Bytes
import Routing
import RoutingReference

/// A table with one sticky split, by a field, and who is where in it.
struct StickyBench: ~Copyable {
    private let builder = TableBuilder()
    private var table: RouteTable
    private var desk: Desk
    private let salt: String
    private let key: StickySource.Key

    init(
        _ weights: [UInt32], by key: StickySource.Key = .header("x-user"),
        order: [Int]? = nil, salt: String = "default/a", seed: UInt64 = 1
    ) {
        self.salt = salt
        self.key = key
        desk = Desk(seed: seed)
        table = RouteTable(.empty)
        set(weights, order: order)
    }

    /// The route's weights change.
    mutating func set(_ weights: [UInt32], order: [Int]? = nil) {
        let sticky = StickySource(key: key, salt: salt, order: order ?? Array(weights.indices))
        let path = Samples.path(
            "/", sticky: sticky, weights.enumerated().map { Samples.share($1, "r\($0)") })
        table = Samples.table(builder, path)
    }

    mutating func decide(_ request: Request, preferring: Handle? = nil) -> Placed {
        let decision = desk.decide(request, table, preferring: preferring)
        return Placed(
            revision: decision.revision.string, bucket: decision.bucket,
            reason: decision.reason, stickiness: decision.stickiness, series: decision.series)
    }

    /// Where a user with that name goes.
    mutating func place(_ user: String) -> Placed {
        decide(Request("a.test", fields: [("x-user", user)]))
    }

    /// What each share was counted, in the order of the shares.
    func counts() -> [UInt64] {
        builder.catalog.splits[0].shares.map { desk.draws.value($0.draws) }
    }
}

/// What a decision says of a sticky client.
struct Placed: Equatable {
    let revision: String
    let bucket: UInt32
    let reason: DecisionReason
    let stickiness: Stickiness
    let series: Handle

    static func == (one: Placed, other: Placed) -> Bool {
        one.revision == other.revision && one.bucket == other.bucket
            && one.reason == other.reason
    }
}
