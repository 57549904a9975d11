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
