/// A route with its place in the order of priority.
package struct RankedRoute: Sendable {
    package let packed: PackedRoute
    /// Less goes first; equal ranks go by key.
    package let rank: Rank

    package init(_ packed: PackedRoute, rank: Rank) {
        self.packed = packed
        self.rank = rank
    }

    package init(_ source: RouteSource, rank: Rank) {
        self.init(PackedRoute(source), rank: rank)
    }

    /// Decoded anew.
    package var source: RouteSource { packed.source }

    package var key: String { packed.key }

    /// The place in a list that is in order already.
    package init(_ source: RouteSource, at position: Int) {
        self.init(source, rank: Rank(created: 0, file: "", position: position))
    }
}

extension RankedRoute: Comparable {
    /// By rank, then by key.
    package static func < (left: RankedRoute, right: RankedRoute) -> Bool {
        left.rank == right.rank ? left.key < right.key : left.rank < right.rank
    }

    /// The same source at the same place.
    package static func == (left: RankedRoute, right: RankedRoute) -> Bool {
        left.rank == right.rank && left.packed == right.packed
    }
}
