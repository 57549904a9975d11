/// A histogram as it was read: counts per bucket, not yet summed up.
package struct HistogramReading: Sendable, Hashable {
    /// Upper bounds in nanoseconds, ascending.
    package let bounds: [UInt64]
    /// One count per bound, and one for what is above all of them.
    package private(set) var counts: [UInt64]
    /// The sum of all times in nanoseconds.
    package private(set) var sum: UInt64 = 0

    /// An empty histogram.
    package init(bounds: [UInt64]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// How many times were put in.
    package var count: UInt64 { counts.reduce(0, &+) }

    /// Adds another histogram with the same bounds.
    package mutating func merge(_ other: HistogramReading) {
        precondition(bounds == other.bounds)
        for bucket in counts.indices { counts[bucket] &+= other.counts[bucket] }
        sum &+= other.sum
    }

    /// Takes away an earlier reading of the same histogram; one that restarted counts as empty.
    package mutating func subtract(_ earlier: HistogramReading) {
        precondition(bounds == earlier.bounds)
        guard zip(counts, earlier.counts).allSatisfy(>=), sum >= earlier.sum else { return }
        for bucket in counts.indices { counts[bucket] -= earlier.counts[bucket] }
        sum -= earlier.sum
    }

    /// The time in seconds below which this share of all times lies, 0 to 1; nil when empty.
    ///
    /// Within a bucket the times are taken as evenly spread, as `histogram_quantile` of
    /// Prometheus does it. What is above all bounds answers with the last bound.
    package func quantile(_ share: Double) -> Double? {
        let total = count
        guard total > 0 else { return nil }
        let rank = min(max(share, 0), 1) * Double(total)
        var below: UInt64 = 0
        for (bucket, bound) in bounds.enumerated() {
            let here = counts[bucket]
            if here > 0, Double(below + here) >= rank {
                let floor = bucket == 0 ? 0 : Double(bounds[bucket - 1])
                let part = max(rank - Double(below), 0) / Double(here)
                return (floor + (Double(bound) - floor) * part) / 1e9
            }
            below += here
        }
        return bounds.last.map { Double($0) / 1e9 }
    }

    /// Adds what stands in a sheet's row.
    mutating func add(bucket: Int, _ amount: UInt64) { counts[bucket] &+= amount }
    mutating func add(sum amount: UInt64) { sum &+= amount }
}
