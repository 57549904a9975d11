internal import Manifests

/// Why one Ingress is not ready.
struct IngressJudgment {
    let pair: NamespacedPair
    let facts: IngressFacts
    let status: IngressStatus
    let verdict: Verdict?

    var isReady: Bool { status.isReady(for: facts.generation) }

    /// What keeps it, most certain first; nothing for one that is ready and whole.
    func findings(_ replicas: DoctorReplicas) -> [Finding] {
        let causes = causes
        if !causes.isEmpty || isReady { return causes }
        if replicas.leader == nil {
            return [
                finding(
                    "nothing is wrong with it, but no replica leads, so nobody says that it is ready",
                    next: "see that the pods of weir run, and that they may write Leases")
            ]
        }
        let lagging = replicas.behind(facts.resourceVersion)
        if !lagging.isEmpty {
            return [
                finding(
                    "not served yet by replica \(lagging.joined(separator: ", "))",
                    next: "kubectl logs of that pod: it says what it waits for")
            ]
        }
        let said = status.condition(IngressStatus.ready)?.message ?? "it has no status yet"
        return [
            finding(
                "is not called ready: \(said)",
                next: "look again in some seconds; then the leader's log says why")
        ]
    }

    private var causes: [Finding] {
        guard let verdict else { return [] }
        let faults = verdict.faults.map {
            finding($0, next: "correct the object that Serving made it from")
        }
        let losses = verdict.losses.map {
            finding(
                "host \($0.host) is served by the older \($0.winner)",
                next: "delete or rename one of the two: its other hosts are served")
        }
        let lacks = verdict.lacks.map { finding($0, next: Self.step(for: $0, in: pair.namespace)) }
        return faults + losses + (isReady ? lacks.map(Self.whileReady) : lacks)
    }

    private func finding(_ problem: String, next: String) -> Finding {
        Finding(subject: "Ingress \(pair)", problem: problem, next: next)
    }

    /// It was called ready once, and stays so.
    private static func whileReady(_ finding: Finding) -> Finding {
        var finding = finding
        finding.problem = "is ready, but answers 503 for a share: " + finding.problem
        return finding
    }

    private static func step(for lack: String, in namespace: String) -> String {
        if lack.hasPrefix("Secret ") {
            return "see whether the certificate was issued, and whether weir may read the Secret"
        }
        return
            "kubectl get service,endpointslice -n \(namespace): the revision must have ready pods,"
            + " or the activator must stand in for it"
    }
}
