import Routing
import Synchronization
import TLS

/// The snapshot that was published last; one writer, read by all workers.
final class NewestSnapshot: Sendable {
    /// Its version, looked at once a turn.
    private let published = Atomic<UInt64>(0)
    private let newest = Mutex((snapshot: Snapshot.empty, certificates: CertificateSet.empty))

    /// Takes the place of the one before.
    func publish(_ newer: Snapshot, _ certificates: CertificateSet) {
        newest.withLock { $0 = (newer, certificates) }
        published.store(newer.version, ordering: .releasing)
    }

    var version: UInt64 { published.load(ordering: .acquiring) }

    func load() -> (snapshot: Snapshot, certificates: CertificateSet) { newest.withLock { $0 } }
}
