package import DataPlane
package import Routing
package import TLS

/// The door to the workers, as far as reconciling needs it.
package struct TablePublisher: Sendable {
    /// Makes a snapshot and its certificates live from each worker's next turn on.
    package var publish: @Sendable (Snapshot, CertificateSet) -> Void
    /// The version that every worker serves; 0 before the first.
    package var servedVersion: @Sendable () -> UInt64

    package init(
        publish: @escaping @Sendable (Snapshot, CertificateSet) -> Void,
        servedVersion: @escaping @Sendable () -> UInt64
    ) {
        self.publish = publish
        self.servedVersion = servedVersion
    }

    /// The real workers.
    package init(_ workers: WorkerGroup) {
        self.init(
            publish: { workers.publish($0, certificates: $1) },
            servedVersion: { workers.servedVersion })
    }
}
