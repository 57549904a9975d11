import Bytes
import Routing
import Testing

/// The promise: for every prefix each count is within 1 of its exact part.
struct CountedSplitTests {
    private static let draws = 100_000

    @Test(arguments: [[99, 1], [333_333, 666_667]] as [[UInt32]])
    func `two shares stay within 1`(weights: [UInt32]) {
        expectBound(weights)
    }

    @Test(
        arguments: [
            // Small ones beside a large one, zeros between, a ladder, coprime.
            [98, 1, 1], [0, 7, 0, 3, 1], [500_000, 300_000, 100_000, 50_000, 49_999, 1],
            [3, 5, 7, 11, 13, 17, 19],
        ] as [[UInt32]])
    func `structured weights stay within 1`(weights: [UInt32]) {
        expectBound(weights)
    }

    @Test func `twenty shares of one large and many small stay within 1`() {
        expectBound([81] + Array(repeating: 1, count: 19))
    }

    @Test func `twenty equal shares stay within 1`() {
        expectBound(Array(repeating: 50_000, count: 20))
    }

    @Test(arguments: [3, 11])
    func `random weights stay within 1`(count: Int) {
        var entropy = Entropy(seed: UInt64(count))
        var weights = (0..<count).map { _ in UInt32(entropy.next(below: 1_000_000)) + 1 }
        // Some are small, as canaries are.
        for index in 0..<count / 3 { weights[index] = weights[index] % 5000 + 1 }
        expectBound(weights)
    }

    @Test func `as many shares as there may be stay within 1`() {
        var entropy = Entropy(seed: 64)
        let weights = (0..<TableLimits.sharesMax).map { _ in UInt32(entropy.next(below: 1000)) }
        expectBound(weights, draws: 5_000)
    }

    private func expectBound(_ weights: [UInt32], draws: Int = draws) {
        let total = weights.reduce(0) { $0 + Int64($1) }
        var bench = SplitBench(weights, seed: 7)
        var exact = weights.map { _ in Int64(0) }
        var worst: Int64 = 0
        for _ in 1...draws {
            let drawn = bench.draw()
            for index in exact.indices { exact[index] -= Int64(weights[index]) }
            exact[drawn] += total
            for off in exact { worst = max(worst, abs(off)) }
        }
        #expect(worst < total, "\(weights): off by \(Double(worst) / Double(total))")
    }

    @Test func `whole blocks are exact`() {
        #expect(counts([900_000, 100_000], draws: 1000) == [900, 100])
        #expect(counts([990_000, 10_000], draws: 100) == [99, 1])
        #expect(counts([500_000, 300_000, 200_000], draws: 10) == [5, 3, 2])
        // Normalised by their sum.
        #expect(counts([3, 1], draws: 1000) == [750, 250])
    }

    @Test func `nothing goes to 0 percent`() {
        #expect(counts([0, 1_000_000], draws: 1000) == [0, 1000])
        #expect(counts([600_000, 0, 400_000, 0], draws: 1000) == [600, 0, 400, 0])
    }

    private func counts(_ weights: [UInt32], draws: Int) -> [UInt64] {
        var bench = SplitBench(weights)
        for _ in 0..<draws { _ = bench.draw() }
        return bench.counts
    }

    /// Two kinds of requests, the second once per period: neither may lock onto a revision.
    @Test(
        arguments: 2...20,
        [[500_000, 500_000], [900_000, 100_000]] as [[UInt32]])
    func `periodic traffic sees the split in each of its kinds`(period: Int, weights: [UInt32]) {
        var bench = SplitBench(weights, seed: 3)
        var counts = [weights.map { _ in 0 }, weights.map { _ in 0 }]
        for request in 0..<10_000 {
            counts[request % period == 0 ? 1 : 0][bench.draw()] += 1
        }
        for kind in counts {
            let sum = kind.reduce(0, +)
            for (index, weight) in weights.enumerated() {
                let percent = Double(kind[index]) / Double(sum) * 100
                #expect(abs(percent - Double(weight) / 10_000) < 5, "period \(period)")
            }
        }
    }

    @Test func `the sequence differs between seeds and repeats with the seed`() {
        func sequence(_ seed: UInt64) -> [Int] {
            var bench = SplitBench([1, 1, 1], seed: seed)
            return (0..<100).map { _ in bench.draw() }
        }
        #expect(sequence(1) == sequence(1))
        #expect(sequence(1) != sequence(2))
    }

    @Test func `counts that were lost do not stop the draw`() {
        var bench = SplitBench([600_000, 300_000, 100_000], seed: 5)
        for _ in 0..<1234 { _ = bench.draw() }
        bench.overwrite(share: 0, count: 3)
        bench.overwrite(share: 2, count: 999)
        let before = bench.counts
        for _ in 0..<20_000 { _ = bench.draw() }
        // Back to the split, from wherever it was.
        #expect(abs(Int(bench.counts[0] - before[0]) - 12_000) < 1000)
        #expect(abs(Int(bench.counts[1] - before[1]) - 6_000) < 1000)
    }
}
