/// Whether what is known of a scope is current; tells both ways.
actor ScopeHealth {
    private let take: @Sendable (ClusterEvent) async -> Void
    private var isFailing = false

    init(_ take: @escaping @Sendable (ClusterEvent) async -> Void) { self.take = take }

    /// Tells each fault: the newest is the one that people want to see.
    func fail(_ fault: APIFault) async {
        isFailing = true
        await take(.failing(fault))
    }

    /// Tells the first of good signs.
    func recover() async {
        guard isFailing else { return }
        isFailing = false
        await take(.recovered)
    }
}
