/// A route with its place in the order of priority.
package struct RankedRoute: Sendable {
    package let source: RouteSource
    /// Less goes first; equal ranks go by key.
    package let rank: Rank

    package init(_ source: RouteSource, rank: Rank) {
        self.source = source
        self.rank = rank
    }

    /// The place in a list that is in order already.
    package init(_ source: RouteSource, at position: Int) {
        self.init(source, rank: Rank(created: 0, file: "", position: position))
    }
}
