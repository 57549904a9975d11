internal import Reactor

/// The replicas as their Leases tell.
struct DoctorReplicas {
    /// Pods that serve, in order, with the version of Ingresses that each serves.
    private(set) var served: [String: UInt64] = [:]
    private(set) var leader: String?
    /// How old a Lease may be by this machine's clock, which need not be the cluster's.
    private static let ageMax: UInt64 = 120_000_000_000
    private(set) var findings: [Finding] = []

    /// Pods that serve, in order.
    var live: [String] { served.keys.sorted() }

    static func read(_ client: APIClient, namespace: String) async -> DoctorReplicas {
        var replicas = DoctorReplicas()
        let scope = WatchScope(
            .leases, namespace: namespace, labelSelector: "\(ReplicaName.label)=true")
        do throws(APIFault) {
            let page = try await client.list(
                scope, limit: nil, token: nil, time: .seconds(10))
            for object in page.objects {
                let lease = try Lease(Array(object.text.utf8))
                let pod = lease.spec.holderIdentity ?? object.name
                if replicas.isOld(lease, pod) { continue }
                let versions = ClusterVersions(lease.annotation(ReplicaName.served) ?? "")
                replicas.served[pod] = versions.ingresses
            }
            let lease = try Lease(
                await client.get(.leases, namespace: namespace, name: ReplicaName.leaderLease))
            let holder = lease.spec.holderIdentity ?? ""
            replicas.leader = holder.isEmpty ? nil : ReplicaIdentity.pod(ofHolder: holder)
        } catch {
            if error != .notFound {
                replicas.findings.append(
                    Finding(
                        subject: "Leases in \(namespace)", problem: error.text,
                        next: "give the right to read Leases there to who asks"))
            }
        }
        if replicas.served.isEmpty {
            replicas.findings.append(
                Finding(
                    subject: "replicas", problem: "none of weir serves in namespace \(namespace)",
                    next: "kubectl get pods -n \(namespace), or say --pod-namespace"))
        } else if let leader = replicas.leader, replicas.served[leader] == nil {
            replicas.findings.append(
                Finding(
                    subject: "replica \(leader)", problem: "leads, but does not serve any more",
                    next: "another one takes over within 10 s"))
        }
        return replicas
    }

    /// Whether its pod is gone, which is worth saying.
    private mutating func isOld(_ lease: Lease, _ pod: String) -> Bool {
        guard let renewed = lease.spec.renewTime.flatMap(APITime.nanoseconds) else { return false }
        let now = Clock.wall()
        guard now > renewed, now - renewed > Self.ageMax else { return false }
        findings.append(
            Finding(
                subject: "replica \(pod)",
                problem: "has not renewed its Lease for \((now - renewed) / 1_000_000_000) s",
                next: "if its pod is gone, nothing: it counts no more, and the leader takes the "
                    + "Lease away after \(ReplicaRoster.keptFor.components.seconds) s"))
        return true
    }

    /// Those that have yet to serve a version of an Ingress.
    func behind(_ resourceVersion: String) -> [String] {
        guard let version = UInt64(resourceVersion) else { return [] }
        return served.filter { $0.value < version }.keys.sorted()
    }
}
