import Routing
import Synchronization
import TLS

/// What was published last; one writer, read by all workers.
final class NewestSnapshot: Sendable {
    /// Its version, looked at once a turn.
    private let published = Atomic<UInt64>(0)
    private let newest: Mutex<Content>

    struct Content: Sendable {
        var snapshot: Snapshot
        var certificates: CertificateSet
        var policy: TrafficPolicy
    }

    init(policy: TrafficPolicy) {
        newest = Mutex(Content(snapshot: .empty, certificates: .empty, policy: policy))
    }

    /// Takes the place of the one before.
    func publish(_ newer: Content) {
        newest.withLock { $0 = newer }
        published.store(newer.snapshot.version, ordering: .releasing)
    }

    var version: UInt64 { published.load(ordering: .acquiring) }

    func load() -> Content { newest.withLock { $0 } }
}
