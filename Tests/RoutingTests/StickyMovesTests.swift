import Routing
import Testing

/// How many keys a change of weights moves.
struct StickyMovesTests {
    private static let whole: UInt32 = 1_000_000

    /// All ways to cut the whole into `count` weights on a grid of `steps`.
    private static func cuts(_ count: Int, steps: UInt32) -> [[UInt32]] {
        func parts(_ count: Int, _ left: UInt32) -> [[UInt32]] {
            if count == 1 { return [[left]] }
            return (0...left).flatMap { first in
                parts(count - 1, left - first).map { [first] + $0 }
            }
        }
        return parts(count, steps).map { $0.map { $0 * (whole / steps) } }
    }

    private func keys(_ bench: inout StickyBench, _ count: Int) -> [Placed] {
        (0..<count).map { bench.place("user-\($0)") }
    }

    // MARK: The table against the line

    @Test(arguments: 2...6)
    func `random changes move the keys that the line says and no other`(count: Int) {
        var entropy = Entropy(seed: UInt64(count))
        func weights() -> [UInt32] {
            let cuts = (1..<count).map { _ in UInt32(entropy.next(below: 1_000_001)) }.sorted()
            return zip(cuts + [Self.whole], [0] + cuts).map { $0 - $1 }
        }
        var old = weights()
        var bench = StickyBench(old)
        var before = keys(&bench, 200)
        for _ in 0..<10 {
            let new = weights()
            bench.set(new)
            let after = keys(&bench, 200)
            let (from, to) = (Line(old), Line(new))
            for (one, other) in zip(before, after) {
                #expect(one.bucket == other.bucket)
                #expect(from.owner(of: one.bucket).map { "r\($0)" } == one.revision)
                #expect(to.owner(of: one.bucket).map { "r\($0)" } == other.revision)
            }
            (old, before) = (new, after)
        }
    }

    @Test func `with two revisions exactly the difference moves and nobody moves back`() {
        var bench = StickyBench([Self.whole, 0])
        var places = keys(&bench, 1000)
        var arrived: Set<Int> = []
        for percent in UInt32(1)...100 {
            let canary = percent * 10_000
            bench.set([Self.whole - canary, canary])
            let after = keys(&bench, 1000)
            for index in after.indices where after[index].revision != places[index].revision {
                #expect(after[index].revision == "r1")
                #expect(after[index].bucket >= Self.whole - canary)
                #expect(arrived.insert(index).inserted, "moved twice")
            }
            let line = Line([Self.whole - canary + 10_000, canary - 10_000])
            #expect(line.moved(to: Line([Self.whole - canary, canary])) == 10_000)
            places = after
        }
        #expect(arrived.count == 1000)
    }

    @Test(arguments: 2...6)
    func `between neighbours exactly the difference moves, and only theirs`(count: Int) {
        for weights in Self.cuts(count, steps: count < 5 ? 10 : 5) {
            for left in 0..<count - 1 {
                for (from, to) in [(left, left + 1), (left + 1, left)] where weights[from] > 0 {
                    var moved = weights
                    let part = weights[from] / 3 + 1
                    moved[from] -= part
                    moved[to] += part
                    let (one, other) = (Line(weights), Line(moved))
                    #expect(one.moved(to: other) == part)
                    for index in weights.indices where index != from && index != to {
                        #expect(one.intervals[index] == other.intervals[index])
                    }
                }
            }
        }
    }

    @Test(arguments: 3...6)
    func `between revisions whose shares stay a key moves only when weight goes past both`(
        count: Int
    ) {
        for weights in Self.cuts(count, steps: count < 5 ? 10 : 5) {
            for (from, to) in Self.pairs(count) where weights[from] > 0 {
                var moved = weights
                moved[from] -= weights[from] / 2
                moved[to] += weights[from] / 2
                let (one, other) = (Line(weights), Line(moved))
                for position in stride(from: UInt32(5_000), to: Self.whole, by: 10_000) {
                    guard let old = one.owner(of: position), let new = other.owner(of: position),
                        old != new, weights[old] == moved[old], weights[new] == moved[new]
                    else { continue }
                    #expect(abs(from - to) > 2, "\(weights) to \(moved)")
                    #expect(min(from, to) < min(old, new) && max(old, new) < max(from, to))
                }
            }
        }
    }

    // MARK: The worst

    private static func pairs(_ count: Int) -> [(Int, Int)] {
        (0..<count).flatMap { from in (0..<count).filter { $0 != from }.map { (from, $0) } }
    }

    /// Keys moved for each key that had to move.
    private static func ratio(_ one: [UInt32], _ other: [UInt32]) -> Double? {
        let (from, to) = (Line(one), Line(other))
        let least = from.least(to: to)
        return least == 0 ? nil : Double(from.moved(to: to)) / Double(least)
    }

    /// The weights with those of `index` shared out to the others in proportion.
    private static func without(_ index: Int, _ weights: [UInt32]) -> [UInt32]? {
        let rest = whole - weights[index]
        guard weights[index] > 0, rest > 0 else { return nil }
        var scaled = weights.map { UInt32(UInt64($0) * UInt64(whole) / UInt64(rest)) }
        scaled[index] = 0
        // What rounding left over goes to somebody who has something.
        guard let heir = scaled.firstIndex(where: { $0 > 0 }) else { return nil }
        scaled[heir] += whole - scaled.reduce(0, +)
        return scaled
    }

    /// The worst ratio of each kind of change, over all cuts of the whole into `count` weights.
    ///
    /// Every revision is once every age: all orders are in it.
    private static func worst(_ count: Int) -> [Double] {
        let cuts = cuts(count, steps: 10)
        var worst = [Double](repeating: 0, count: 5)
        func take(_ kind: Int, _ ratio: Double?) { worst[kind] = max(worst[kind], ratio ?? 0) }
        for weights in cuts {
            for (from, to) in pairs(count) where weights[from] > 0 {
                for part in [10_000, weights[from] / 2, weights[from]] {
                    var moved = weights
                    moved[from] -= part
                    moved[to] += part
                    let ratio = ratio(weights, moved)
                    if abs(from - to) == 1 { take(0, ratio) }
                    take(1, ratio)
                }
            }
            for index in weights.indices {
                guard let rest = without(index, weights) else { continue }
                take(2, ratio(weights, rest))
                // The newest comes, and takes from all in proportion.
                if index == count - 1 { take(3, ratio(rest, weights)) }
            }
        }
        var entropy = Entropy(seed: 1)
        for _ in 0..<20_000 {
            let pair = (0..<2).map { _ in cuts[Int(entropy.next(below: UInt64(cuts.count)))] }
            take(4, ratio(pair[0], pair[1]))
        }
        return worst
    }

    /// The table of README; a ratio of 1 moves no key too many.
    ///
    /// In order: to a neighbour, to any other, one removed, one added, any change at all.
    @Test(
        arguments: [
            (2, [1, 1, 1, 1, 1]), (3, [1, 2, 1.89, 1.89, 2]), (4, [1, 3, 2.67, 2.67, 3]),
            (5, [1, 4, 3.33, 3.33, 4]), (6, [1, 5, 3.89, 3.89, 5]),
        ] as [(Int, [Double])])
    func `the worst change moves at most n - 1 times the least`(count: Int, table: [Double]) {
        let worst = Self.worst(count).map { ($0 * 100).rounded() / 100 }
        #expect(worst == table, "\(count) revisions")
    }

    /// In steps of 1 % all of one revision goes to another, with the others in between.
    @Test(arguments: 2...6)
    func `a rollout in steps moves each key as often as revisions lie between`(count: Int) {
        let between = UInt32(count - 2) * 50_000
        var weights = [UInt32](repeating: 50_000, count: count)
        weights[0] = Self.whole - between
        weights[count - 1] = 0
        var moved: UInt32 = 0
        var steps: UInt32 = 0
        while weights[0] > 0 {
            var next = weights
            next[0] -= 10_000
            next[count - 1] += 10_000
            moved += Line(weights).moved(to: Line(next))
            steps += 10_000
            weights = next
        }
        #expect(moved == steps * UInt32(count - 1))
    }
}
