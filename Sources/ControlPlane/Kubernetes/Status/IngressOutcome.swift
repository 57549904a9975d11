/// How one version of an Ingress stands, and the status that says so (§3.4).
enum IngressOutcome: Hashable, Sendable {
    /// Every replica serves it.
    case ready
    /// Something is yet to come.
    case waiting(String)
    /// A host of it belongs to another.
    case conflict(String)
    /// It cannot be served as it is.
    case refused(String)

    /// Where traffic enters.
    struct Balancers: Hashable, Sendable {
        var external: IngressStatus.LoadBalancer
        var `internal`: IngressStatus.LoadBalancer
    }

    /// LIMIT: characters of a condition's message.
    private static let messageMax = 1024

    /// The status that follows on `current`.
    ///
    /// `now` is in nanoseconds since 1970. Where traffic enters stays known while a newer version waits.
    func status(
        after current: IngressStatus, generation: Int64, _ balancers: Balancers, at now: UInt64
    ) -> IngressStatus {
        var next = IngressStatus()
        next.annotations = current.annotations
        next.observedGeneration = generation
        next.publicLoadBalancer = current.publicLoadBalancer
        next.privateLoadBalancer = current.privateLoadBalancer
        if self == .ready {
            next.publicLoadBalancer = balancers.external
            next.privateLoadBalancer = balancers.internal
        }
        let time = APITime.second(now)
        next.conditions = [
            condition(IngressStatus.loadBalancerReady, balanced),
            condition(IngressStatus.networkConfigured, configured),
            condition(IngressStatus.ready, balanced),
        ].map { wanted in
            var wanted = wanted
            var old = current.condition(wanted.type)
            wanted.lastTransitionTime = old?.lastTransitionTime
            old?.severity = nil
            if old != wanted || wanted.lastTransitionTime == nil {
                wanted.lastTransitionTime = time
            }
            return wanted
        }
        return next
    }

    private typealias Say = (status: String, reason: String?, message: String?)

    private var balanced: Say {
        switch self {
        case .ready: ("True", nil, nil)
        case .waiting(let what):
            ("Unknown", "Uninitialized", "Waiting for load balancer to be ready: \(what)")
        case .conflict(let what): ("False", "DomainConflict", "Ingress rejected: \(what)")
        case .refused(let what): ("Unknown", "ReconcileIngressFailed", what)
        }
    }

    private var configured: Say {
        if case .refused(let what) = self { return ("Unknown", "ReconcileIngressFailed", what) }
        return ("True", nil, nil)
    }

    private func condition(_ type: String, _ say: Say) -> IngressStatus.Condition {
        IngressStatus.Condition(
            type: type, status: say.status, reason: say.reason,
            message: say.message.map { String($0.prefix(Self.messageMax)) })
    }
}
