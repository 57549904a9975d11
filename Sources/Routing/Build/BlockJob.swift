internal import Bytes

/// A route that has its identities: its block can be written, on any thread.
struct BlockJob: Sendable {
    let number: UInt32
    let route: PlannedRoute
    let identities: RouteIdentities
    /// Destination sets, in the plan's order.
    let sets: [Handle]
    /// Of all rules, by their texts.
    let patterns: [[UInt8]: RegexPattern]

    func written() -> BlockWriter { RouteCompiler(self).compile() }
}
