/// A route with what it asks of the table: made on any thread.
///
/// One reference: it goes from hand to hand, and a copy would retain all that is in it.
final class PlannedRoute: Sendable {
    let ranked: RankedRoute
    let source: RouteSource
    let plan: RoutePlan
    /// What is beyond the limits of any table, nil when nothing is.
    let excess: String?
    /// Of the source's key, and of the plan's series.
    let keyHash: Int
    let seriesHashes: [Int]

    init(_ ranked: RankedRoute) {
        self.ranked = ranked
        source = ranked.source
        plan = RoutePlan(source)
        excess = source.excess(plan)
        keyHash = source.key.hashValue
        seriesHashes = plan.series.map(\.hashValue)
    }
}
