internal import Reactor
internal import Synchronization

/// News of names, from the resolver's thread to the reconciler.
final class NewsBox: Sendable {
    private let waiting = Mutex<[NameNews]>([])

    func put(_ item: NameNews) { waiting.withLock { $0.append(item) } }

    /// What came since the last call, in order.
    func take() -> [NameNews] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
