import Bytes
import Telemetry
import Testing

struct HistogramReadingTests {
    private static func reading(_ milliseconds: [UInt64]) throws -> HistogramReading? {
        let bounds: [UInt64] = [10_000_000, 20_000_000, 40_000_000]
        let buckets = try #require(DurationBuckets(nanoseconds: bounds))
        var sheet = TallySheet(buckets: buckets)
        defer { sheet.destroy() }
        let series = SeriesLabels(
            id: Handle(index: 0, generation: 1), namespace: "n", route: "r", revision: "v", tag: "")
        for time in milliseconds { sheet.record(series.id, 200, nanoseconds: time * 1_000_000) }
        return Reading(sheets: [sheet], series: [series]).series.first?.allDurations
    }

    @Test func `an empty histogram has no quantile`() throws {
        #expect(try Self.reading([]) == nil)
        #expect(HistogramReading(bounds: [1]).quantile(0.5) == nil)
    }

    @Test(
        arguments: [
            ([5, 5, 5, 5], 0.5, 0.005), ([5, 15, 15, 35], 0.75, 0.020),
            ([5, 15, 15, 35], 1, 0.040),
            ([15, 15], 0, 0.010), ([50, 50], 0.5, 0.040), ([35, 35, 35, 35], 0.99, 0.0398),
        ] as [([UInt64], Double, Double)])
    func `quantiles are taken as evenly spread within a bucket`(
        times: [UInt64], share: Double, seconds: Double
    ) throws {
        let reading = try #require(try Self.reading(times))
        let quantile = try #require(reading.quantile(share))
        #expect(abs(quantile - seconds) < 1e-9)
    }

    @Test func `what came between two readings is their difference`() throws {
        let earlier = try #require(try Self.reading([5, 5]))
        var later = try #require(try Self.reading([5, 5, 15, 35]))
        later.subtract(earlier)
        #expect(later.counts == [0, 1, 1, 0])
        #expect(later.sum == 50_000_000)
        var restarted = earlier
        restarted.subtract(try #require(try Self.reading([15])))
        #expect(restarted == earlier)
    }

    @Test(arguments: [[], [0], [2, 1], [1, 1], [Double](repeating: 1, count: 65), [-1], [.nan]])
    func `bounds that make no sense are refused`(seconds: [Double]) {
        #expect(DurationBuckets(seconds: seconds) == nil)
    }

    @Test func `bounds in seconds become whole nanoseconds`() {
        #expect(
            DurationBuckets(seconds: [0.001, 0.0025, 1])?.bounds == [
                1_000_000, 2_500_000, 1_000_000_000,
            ])
        #expect(DurationBuckets.standard.bounds.count == 23)
    }
}
