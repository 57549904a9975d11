internal import Bytes

/// What a route's plan got of the table, each list in the plan's order.
struct RouteIdentities: Sendable {
    /// Cells of the splits, one split after the other.
    let draws: [Handle]
    let series: [Handle]
    /// Destination sets.
    let sets: [Handle]
    /// Of all rules, by their texts.
    let patterns: [[UInt8]: RegexPattern]
}
