internal import Bytes

/// What a route's plan got of the table and keeps, each list in the plan's order.
struct RouteIdentities: Sendable {
    private let handles: [Handle]
    private let drawCount: Int32

    init(draws: [Handle], series: [Handle]) {
        handles = draws + series
        drawCount = Int32(draws.count)
    }

    /// Cells of the splits, one split after the other.
    var draws: ArraySlice<Handle> { handles[..<Int(drawCount)] }

    /// Of what each share answers.
    var series: ArraySlice<Handle> { handles[Int(drawCount)...] }
}
