internal import Bytes
internal import Routing
internal import Telemetry

/// What each revision did since the last look, for the demo's table.
struct DemoFigures {
    private var last: [String: (requests: UInt64, times: HistogramReading?)] = [:]
    private var lastLook: ContinuousClock.Instant?

    /// The table's lines for this moment.
    mutating func lines(
        _ report: TableReport, _ sheets: [TallySheet], now: ContinuousClock.Instant
    ) -> [String] {
        var table = TextTable([
            ("REVISION", .left), ("TAG", .left), ("DESIRED", .right), ("OBSERVED", .right),
            ("REQUESTS/S", .right), ("ERRORS", .right), ("P50", .right), ("P99", .right),
        ])
        let seconds = lastLook.map { (now - $0) / .seconds(1) } ?? 1
        lastLook = now
        let labels = report.catalog.series.filter { $0.route == DemoManifests.route }.map(
            SeriesLabels.init)
        let reading = Reading(sheets: sheets, series: labels)
        let split = report.catalog.splits.first {
            $0.route == DemoManifests.route && $0.tag.isEmpty
        }
        let shares = split?.shares ?? []
        let all = shares.reduce(0) { $0 + sheets.draws(of: $1.draws) }
        for label in labels.sorted(by: { ($0.revision, $0.tag) < ($1.revision, $1.tag) }) {
            // What has a tag only stands in the split with nothing, and gets nothing of it.
            let share = label.tag.isEmpty ? shares.first { $0.revision == label.revision } : nil
            let draws = share.map { sheets.draws(of: $0.draws) } ?? 0
            table.add(
                [
                    label.revision, label.tag, Figures.percent(Double(share?.share ?? 0) / 1e6),
                    Figures.percent(all == 0 ? nil : Double(draws) / Double(all)),
                ] + figures(label.revision, label.tag, reading, seconds))
        }
        return table.lines
    }

    /// Requests per second, errors in all, and the quantiles of the time since the last look.
    private mutating func figures(
        _ revision: String, _ tag: String, _ reading: Reading, _ seconds: Double
    ) -> [String] {
        let name = revision + "/" + tag
        let series = reading.series.filter {
            $0.labels.revision == revision && $0.labels.tag == tag
        }
        let requests = series.reduce(0) { $0 + $1.requests }
        let failures = series.reduce(0) { $0 + $1.failures }
        let times = series.compactMap(\.allDurations).first
        var recent = times
        if let earlier = last[name]?.times { recent?.subtract(earlier) }
        let before = min(requests, last[name]?.requests ?? 0)
        last[name] = (requests, times)
        return [
            Figures.fixed(Double(requests - before) / seconds, decimals: 1), String(failures),
            Figures.milliseconds(recent?.quantile(0.5)),
            Figures.milliseconds(recent?.quantile(0.99)),
        ]
    }
}
