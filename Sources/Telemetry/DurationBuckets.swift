/// The upper bounds of a duration histogram's buckets; a last one without bound is implied.
package struct DurationBuckets: Sendable, Hashable {
    /// Nanoseconds, ascending, at most `TallyLimits.bucketsMax`.
    package let bounds: [UInt64]

    /// Bounds in nanoseconds; nil unless there is at least one, they ascend and are above zero,
    /// and there are at most `TallyLimits.bucketsMax`.
    package init?(nanoseconds bounds: [UInt64]) {
        guard !bounds.isEmpty, bounds.count <= TallyLimits.bucketsMax, bounds[0] > 0,
            zip(bounds, bounds.dropFirst()).allSatisfy(<)
        else { return nil }
        self.bounds = bounds
    }

    /// Bounds in seconds, as settings give them; rounded to whole nanoseconds, at most a day each.
    package init?(seconds bounds: [Double]) {
        guard bounds.allSatisfy({ $0 > 0 && $0 <= 86_400 }) else { return nil }
        self.init(nanoseconds: bounds.map { UInt64($0 * 1e9 + 0.5) })
    }

    private init(microseconds bounds: [UInt64]) {
        self.bounds = bounds.map { $0 * 1000 }
    }

    /// From 1 ms to a minute in uneven steps, fine enough to gate a canary's p99.
    package static let standard = DurationBuckets(microseconds: [
        1_000, 2_500, 5_000, 7_500, 10_000, 15_000, 20_000, 30_000, 50_000, 75_000, 100_000,
        150_000, 200_000, 300_000, 500_000, 750_000, 1_000_000, 1_500_000, 2_500_000, 5_000_000,
        10_000_000, 30_000_000, 60_000_000,
    ])
}
