/// What makes a split the same split over changes of its route, so that its counts go on.
///
/// Rules with the same paths for other hosts share it, as a Knative Route's cluster-local and
/// public rules do: what is exact is the route's split, not the host's. A path's conditions do
/// not count, its tag does, so a revision asked for by tag host or by header is one.
struct SplitKey: Hashable {
    struct Share: Hashable {
        let weight: UInt32
        let revision: String
    }

    let prefix: String
    let tag: String
    let shares: [Share]

    init(_ path: PathSource) {
        prefix = path.prefix
        tag = path.tag
        shares = path.splits.map { Share(weight: $0.share, revision: $0.revision) }
    }
}
