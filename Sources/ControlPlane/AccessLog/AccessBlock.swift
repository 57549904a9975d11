internal import Bytes
internal import Routing
internal import Telemetry

/// Lines that are written at once, and what the records' numbers stand for.
struct AccessBlock {
    /// Bytes after which a block is written.
    private static let sizeMax = 64 * 1024

    private(set) var bytes: [UInt8] = []
    private(set) var count: UInt64 = 0
    private var line: AccessLine
    private var texts: [UInt8] = []
    private var catalog = Catalog()
    /// Of the table before, which records may still name.
    private var older = Catalog()
    private var version: UInt64 = 0
    /// The ring that is emptied first; each in its turn, so that a busy one leaves room for all.
    private var first = 0

    init(_ form: AccessForm) { line = AccessLine(form) }

    /// Whether lines may have been left behind.
    var isFull: Bool { bytes.count >= Self.sizeMax }

    /// Replaces the lines by those of the records that wait; false when none does.
    mutating func fill(from sources: AccessLogWriter.Sources) -> Bool {
        bytes.removeAll(keepingCapacity: true)
        count = 0
        guard sources.rings.contains(where: { $0.waiting > 0 }) else { return false }
        learn(sources.report())
        let listeners = sources.listeners()
        first = (first + 1) % sources.rings.count
        for ring in sources.rings[first...] + sources.rings[..<first] {
            while !isFull, let figures = ring.take(into: &texts) {
                let number = Int(figures.listener)
                line.append(
                    figures, texts, labels: names(of: figures.series, sources),
                    listener: number < listeners.count ? listeners[number] : "", to: &bytes)
                count += 1
            }
        }
        return count > 0
    }

    private mutating func names(
        of series: Handle, _ sources: AccessLogWriter.Sources
    ) -> SeriesLabels {
        if series == .none { return .unrouted }
        if let known = catalog.series(series) ?? older.series(series) {
            return SeriesLabels(known)
        }
        // A table that came after the block was begun.
        learn(sources.report())
        return catalog.series(series).map(SeriesLabels.init) ?? .unrouted
    }

    private mutating func learn(_ report: TableReport) {
        guard report.version != version else { return }
        version = report.version
        older = catalog
        catalog = report.catalog
    }
}

extension SeriesLabels {
    /// What the catalogue says of a series.
    init(_ entry: Catalog.SeriesEntry) {
        self.init(
            id: entry.id, namespace: entry.namespace, route: entry.route,
            revision: entry.revision, tag: entry.tag)
    }
}
