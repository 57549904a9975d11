package import DataPlane
package import Routing

/// The door to the workers, as far as reconciling needs it.
package struct TablePublisher: Sendable {
    /// Makes a snapshot live from each worker's next turn on.
    package var publish: @Sendable (Snapshot) -> Void
    /// The version that every worker serves; 0 before the first.
    package var servedVersion: @Sendable () -> UInt64

    package init(
        publish: @escaping @Sendable (Snapshot) -> Void,
        servedVersion: @escaping @Sendable () -> UInt64
    ) {
        self.publish = publish
        self.servedVersion = servedVersion
    }

    /// The real workers.
    package init(_ workers: WorkerGroup) {
        self.init(publish: { workers.publish($0) }, servedVersion: { workers.servedVersion })
    }
}
