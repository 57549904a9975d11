internal import Routing
internal import Telemetry

/// One split with what its revisions should get and what they got.
struct SplitFacts {
    struct Share {
        var revision: String
        /// 0 to 1.
        var desired: Double
        /// 0 to 1 of the requests since the split last changed; nil before the first request.
        var observed: Double?
        var requests: UInt64
    }

    var entry: Catalog.SplitEntry
    var shares: [Share]

    init(_ entry: Catalog.SplitEntry, _ sheets: [TallySheet]) {
        self.entry = entry
        let draws = entry.shares.map { sheets.draws(of: $0.draws) }
        let all = draws.reduce(0, &+)
        shares = zip(entry.shares, draws).map { share, draws in
            Share(
                revision: share.revision,
                desired: Double(share.share) / Double(Routing.Share.whole),
                observed: all == 0 ? nil : Double(draws) / Double(all), requests: draws)
        }
    }

    static func all(_ splits: [Catalog.SplitEntry], _ sheets: [TallySheet]) -> [SplitFacts] {
        splits.map { SplitFacts($0, sheets) }
    }
}
