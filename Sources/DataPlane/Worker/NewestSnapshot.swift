import Routing
import Synchronization

/// The snapshot that was published last; one writer, read by all workers.
final class NewestSnapshot: Sendable {
    /// Its version, looked at once a turn.
    private let published = Atomic<UInt64>(0)
    private let snapshot = Mutex(Snapshot.empty)

    /// Takes the place of the one before.
    func publish(_ newer: Snapshot) {
        snapshot.withLock { $0 = newer }
        published.store(newer.version, ordering: .releasing)
    }

    var version: UInt64 { published.load(ordering: .acquiring) }

    func load() -> Snapshot { snapshot.withLock { $0 } }
}
