/// A host that two routes claim: the winner serves it, the loser keeps its other hosts.
package struct HostConflict: Hashable, Sendable {
    /// Empty for the catch-all.
    package let host: String
    /// Keys of the routes.
    package let winner: String
    package let loser: String
}
