internal import Bytes

/// The numbers of all workers at one moment, summed up.
///
/// Taken while the workers go on counting: each number is whole, two numbers may be a few
/// requests apart.
package struct Reading: Sendable {
    /// One per distinct labels, in the order asked for; the unrouted one last.
    package let series: [SeriesReading]
    package let probes: UInt64
    /// Refused requests by the number of the reason.
    package let rejected: [UInt64]
    /// Glitches by the number of their kind.
    package let glitches: [UInt64]
    /// Open connections by the number of the listener.
    package let connections: [Int]
    package let handshakes: [Handshake: UInt64]
    /// Rules' patterns that could not be matched to their end, by the number of the reason.
    package let ruleFailures: [UInt64]
    /// Access records that found no room in their ring.
    package let lostRecords: UInt64
    /// The table version that every worker serves; 0 before the first.
    package let servedVersion: UInt64

    /// How TLS handshakes ended: the labels of one count.
    package struct Handshake: Hashable, Sendable {
        package let version: TLSVersion
        package let isResumed: Bool

        package init(version: TLSVersion, isResumed: Bool) {
            self.version = version
            self.isResumed = isResumed
        }
    }

    /// Sums up the sheets for these series, and what no route took.
    package init(sheets: [TallySheet], series asked: [SeriesLabels]) {
        series = Self.series(sheets, asked)
        probes = Self.sum(sheets, SheetWord.probes)
        rejected = (0..<TallyLimits.reasonsMax).map { Self.sum(sheets, SheetWord.rejected + $0) }
        glitches = (0..<TallyLimits.glitchesMax).map { Self.sum(sheets, SheetWord.glitches + $0) }
        connections = (0..<TallyLimits.listenersMax).map {
            Int(truncatingIfNeeded: Self.sum(sheets, SheetWord.connections($0)))
        }
        var handshakes: [Handshake: UInt64] = [:]
        for version in TLSVersion.allCases {
            for isResumed in [false, true] {
                handshakes[Handshake(version: version, isResumed: isResumed)] =
                    Self.sum(sheets, SheetWord.handshakes(version, isResumed))
            }
        }
        self.handshakes = handshakes
        ruleFailures = (0..<TallyLimits.ruleReasonsMax).map {
            Self.sum(sheets, SheetWord.ruleFailures + $0)
        }
        lostRecords = sheets.reduce(0) { $0 &+ $1.records.lost }
        servedVersion = sheets.map(\.servedVersion).min() ?? 0
    }

    private static func sum(_ sheets: [TallySheet], _ word: Int) -> UInt64 {
        sheets.reduce(0) { $0 &+ $1.words.load(word) }
    }

    /// Two ids may carry the same labels, where a route was deleted and made again.
    private static func series(
        _ sheets: [TallySheet], _ asked: [SeriesLabels]
    ) -> [SeriesReading] {
        var readings: [SeriesReading] = []
        var places: [[String]: Int] = [:]
        for labels in asked + [.unrouted] {
            let names = [labels.namespace, labels.route, labels.revision, labels.tag]
            let place = places[names] ?? readings.count
            if place == readings.count {
                places[names] = place
                readings.append(SeriesReading(labels: labels))
            }
            for sheet in sheets { readings[place].merge(sheet.reading(of: labels)) }
        }
        return readings
    }
}
