import Bytes
import Routing
import Testing

/// A table with one split, and what was drawn from it.
struct SplitBench: ~Copyable {
    private let builder = TableBuilder()
    private let table: RouteTable
    private let series: [Handle: Int]
    private var sheet = Sheet(Request("a.test"))
    private var desk: Desk
    private(set) var counts: [UInt64]

    init(_ weights: [UInt32], seed: UInt64 = 1) {
        let shares = weights.enumerated().map { Samples.share($1, "r\($0)") }
        let path = PathSource(
            prefix: "/", conditions: [], rewriteHost: nil, edits: [], tag: "", splits: shares)
        let snapshot = builder.update(
            routes: [Samples.route("a", Samples.rule(["a.test"], [path]))],
            destinations: Samples.destinations(weights.indices.map { "r\($0)" }))
        table = RouteTable(snapshot)
        let ids = builder.catalog.splits[0].shares.map(\.series)
        series = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
        desk = Desk(seed: seed)
        counts = weights.map { _ in 0 }
    }

    mutating func draw() -> Int {
        let decision = sheet.decide(table, &desk)
        let index = series[decision.series] ?? -1
        counts[index] += 1
        return index
    }
}

struct CountedSplitTests {
    @Test(
        arguments: [
            [500_000, 500_000], [900_000, 100_000], [990_000, 10_000], [333_333, 333_333, 333_334],
            [1, 1, 1], [700_000, 200_000, 100_000], [0, 500_000, 500_000], [999_999, 1],
        ] as [[UInt32]])
    func `every prefix of 100,000 draws is within 1`(weights: [UInt32]) {
        expectBound(weights, draws: 100_000)
    }

    private func expectBound(_ weights: [UInt32], draws: Int) {
        let total = weights.reduce(0) { $0 + Int64($1) }
        var bench = SplitBench(weights, seed: 7)
        var worst: Int64 = 0
        for draw in 1...draws {
            _ = bench.draw()
            for (index, weight) in weights.enumerated() {
                let off = Int64(bench.counts[index]) * total - Int64(draw) * Int64(weight)
                worst = max(worst, abs(off))
            }
        }
        #expect(worst < total)
    }
}
