import Bytes
import Routing
import RoutingReference

/// A table with one split, and what was drawn from it.
struct SplitBench: ~Copyable {
    private let builder = TableBuilder()
    private let table: RouteTable
    private let shares: [Catalog.ShareEntry]
    private let indexes: [Handle: Int]
    private var sheet = Sheet(Request("a.test"))
    private var desk: Desk
    private(set) var counts: [UInt64]

    init(_ weights: [UInt32], seed: UInt64 = 1) {
        let path = Samples.path(
            "/", weights.enumerated().map { Samples.share($1, "r\($0)") })
        let snapshot = builder.update(
            routes: [Samples.route("a", Samples.rule(["a.test"], [path]))],
            destinations: Samples.destinations(weights.indices.map { "r\($0)" }))
        table = RouteTable(snapshot)
        shares = builder.catalog.splits[0].shares
        let ids = shares.map(\.series)
        indexes = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
        desk = Desk(seed: seed)
        counts = weights.map { _ in 0 }
    }

    /// The index of the share that one request gets.
    mutating func draw() -> Int {
        guard let index = indexes[sheet.decide(table, &desk).series] else {
            preconditionFailure("a series that the catalog does not know")
        }
        counts[index] += 1
        return index
    }

    /// Sets a count behind the split's back.
    func overwrite(share: Int, count: UInt64) { desk.draws.set(shares[share].draws, count) }
}
