internal import Foundation

/// The `status` of a Knative Ingress (§2.1).
struct IngressStatus: Codable, Hashable, Sendable {
    var observedGeneration: Int64?
    var annotations: [String: String]?
    var conditions: [Condition]?
    var publicLoadBalancer: LoadBalancer?
    var privateLoadBalancer: LoadBalancer?

    struct Condition: Codable, Hashable, Sendable {
        var type: String
        var status: String
        var severity: String?
        var lastTransitionTime: String?
        var reason: String?
        var message: String?
    }

    /// Where traffic enters: the one entry that Serving allows.
    struct LoadBalancer: Codable, Hashable, Sendable {
        var ingress: [Entry]?

        struct Entry: Codable, Hashable, Sendable {
            var ip: String?
            var domain: String?
            var domainInternal: String?
            var meshOnly: Bool?
        }

        init(ip: String?, domainInternal: String) {
            ingress = [Entry(ip: ip, domainInternal: domainInternal)]
        }
    }

    static let ready = "Ready"
    static let networkConfigured = "NetworkConfigured"
    static let loadBalancerReady = "LoadBalancerReady"

    init() {}

    /// What the text says; nothing where it is absent or unreadable, so that it is written anew.
    init(text: String?) {
        guard let text,
            let status = try? JSONDecoder().decode(IngressStatus.self, from: Data(text.utf8))
        else { return }
        self = status
    }

    func condition(_ type: String) -> Condition? { conditions?.first { $0.type == type } }

    /// Whether Serving may send traffic: ready, and for this very version.
    func isReady(for generation: Int64) -> Bool {
        observedGeneration == generation && condition(Self.ready)?.status == "True"
    }

    /// Whether it was called ready here: another class does not make another generation, so that
    /// only the balancers tell what Kourier, say, called ready.
    func isReady(for generation: Int64, at balancers: IngressOutcome.Balancers) -> Bool {
        isReady(for: generation) && publicLoadBalancer == balancers.external
            && privateLoadBalancer == balancers.internal
    }

    /// The same but for the times.
    func isSame(as other: IngressStatus) -> Bool {
        var (mine, theirs) = (self, other)
        mine.forgetTimes()
        theirs.forgetTimes()
        return mine == theirs
    }

    private mutating func forgetTimes() {
        for index in (conditions ?? []).indices { conditions?[index].lastTransitionTime = nil }
        conditions?.sort { $0.type < $1.type }
    }
}
