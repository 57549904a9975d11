/// Who this replica is among its own.
struct ReplicaIdentity: Hashable, Sendable {
    /// The pod's name, one of a kind in its namespace.
    var pod: String
    /// Differs from that of every other process, also of one before it in the same pod.
    var mark: String
    /// Where the Leases are.
    var namespace: String

    /// What the leader's Lease calls it.
    var holder: String { "\(pod)_\(mark)" }

    /// The pod of a holder.
    static func pod(ofHolder holder: String) -> String {
        guard let mark = holder.lastIndex(of: "_") else { return holder }
        return String(holder[..<mark])
    }

    /// The name of its own Lease.
    var lease: String { ReplicaName.lease(ofPod: pod) }
}
