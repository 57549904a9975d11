/// What makes a split the same split over changes of its route, so that its counts go on.
///
/// A split that becomes sticky, or ceases to be, is another: a sticky one's counts are not those of
/// a sequence. Rules with the same paths for other hosts share it, as a Knative Route's cluster-local and
/// public rules do: what is exact is the route's split, not the host's. A path's conditions do
/// not count, its tag does, so a revision asked for by tag host or by header is one.
struct SplitKey: Hashable, Sendable {
    struct Share: Hashable, Sendable {
        let weight: UInt32
        let revision: String
    }

    let prefix: String
    let tag: String
    let isSticky: Bool
    let shares: [Share]

    init(_ path: PathSource) {
        self.init(path.prefix, path.tag, isSticky: path.sticky != nil, path.splits)
    }

    /// The split of a rule's target, which is that of the tag's own path.
    init(_ rule: TrafficRule, of path: PathSource) {
        self.init(path.prefix, rule.tag, isSticky: false, rule.splits)
    }

    private init(_ prefix: String, _ tag: String, isSticky: Bool, _ splits: [SplitSource]) {
        self.prefix = prefix
        self.tag = tag
        self.isSticky = isSticky
        shares = splits.map { Share(weight: $0.share, revision: $0.revision) }
    }
}
