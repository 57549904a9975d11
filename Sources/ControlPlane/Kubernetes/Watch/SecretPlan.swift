/// Decides which Secrets are watched by name, and which are only asked for now and then.
struct SecretPlan: Sendable {
    /// LIMIT: Secrets that are watched by name, each by a connection of its own.
    static let watchedMax = 128
    /// LIMIT: Secrets that are asked for now and then.
    static let polledMax = 4096

    private(set) var watched: Set<NamespacedPair> = []
    private(set) var polled: Set<NamespacedPair> = []
    private let most: Int

    init(watchedMax: Int = Self.watchedMax) { most = watchedMax }

    /// Takes what is wanted now; gives how many are left out, being too many.
    ///
    /// Who is watched stays so; a place that becomes free goes to one that was asked for.
    mutating func want(_ wanted: Set<NamespacedPair>) -> Int {
        watched.formIntersection(wanted)
        polled.formIntersection(wanted)
        let rest = wanted.subtracting(watched)
        let room = max(0, most - watched.count)
        // Those that were asked for so far know why they waited.
        let queue = rest.sorted { one, other in
            let order = (polled.contains(one), polled.contains(other))
            return order.0 == order.1 ? one < other : order.0
        }
        watched.formUnion(queue.prefix(room))
        polled = Set(queue.dropFirst(room).prefix(Self.polledMax))
        return max(0, queue.count - room - Self.polledMax)
    }
}
