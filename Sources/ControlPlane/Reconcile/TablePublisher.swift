package import DataPlane
package import Manifests
package import Routing
package import TLS

/// The door to the workers, as far as reconciling needs it.
package struct TablePublisher: Sendable {
    /// Makes a snapshot, its certificates and what config-weir says live from each worker's next
    /// turn on.
    package var publish: @Sendable (Snapshot, CertificateSet, GatewayMap) -> Void
    /// The version that every worker serves; 0 before the first.
    package var servedVersion: @Sendable () -> UInt64

    package init(
        publish: @escaping @Sendable (Snapshot, CertificateSet, GatewayMap) -> Void,
        servedVersion: @escaping @Sendable () -> UInt64
    ) {
        self.publish = publish
        self.servedVersion = servedVersion
    }

    /// The real workers.
    package init(_ workers: WorkerGroup, _ settings: Settings) {
        self.init(
            publish: {
                workers.publish($0, certificates: $1, policy: settings.trafficPolicy($2))
            },
            servedVersion: { workers.servedVersion })
    }
}
