/// A host that two routes claim: the winner serves it, the loser keeps its other hosts.
package struct HostConflict: Hashable, Sendable {
    /// Empty for the catch-all.
    package let host: String
    /// Keys of the routes.
    package let winner: String
    package let loser: String
}

/// A route or destination set that the table did not take; its last good form stays, if any.
package struct Refusal: Hashable, Sendable {
    /// The route's key, or the set's `namespace/service:port`.
    package let key: String
    package let reason: String
}

/// A route with its place in the order of priority.
package struct RankedRoute: Sendable {
    package let source: RouteSource
    /// Less goes first; equal ranks go by key.
    package let rank: UInt64

    package init(_ source: RouteSource, rank: UInt64) {
        self.source = source
        self.rank = rank
    }
}
