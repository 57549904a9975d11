/// Who this replica is among its own.
struct ReplicaIdentity: Hashable, Sendable {
    /// The pod's name, one of a kind in its namespace.
    var pod: String
    /// Where the Leases are.
    var namespace: String

    /// The name of its own Lease.
    var lease: String { ReplicaName.lease(ofPod: pod) }
}
