internal import Bytes

/// A route that has its identities: its block can be written, on any thread.
///
/// One reference, as `PlannedRoute`.
final class BlockJob: Sendable {
    let number: UInt32
    let route: PlannedRoute
    let identities: RouteIdentities
    /// Destination sets, in the plan's order.
    let sets: [Handle]
    /// Of all rules, by their texts.
    let patterns: [[UInt8]: RegexPattern]

    init(
        number: UInt32, route: PlannedRoute, identities: RouteIdentities, sets: [Handle],
        patterns: [[UInt8]: RegexPattern]
    ) {
        self.number = number
        self.route = route
        self.identities = identities
        self.sets = sets
        self.patterns = patterns
    }

    func written() -> BlockWriter { RouteCompiler(self).compile() }
}
