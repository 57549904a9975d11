import Testing

@testable import ControlPlane

@Suite struct IngressOutcomeTests {
    private let balancers = IngressOutcome.Balancers(
        external: .init(ip: nil, domainInternal: "weir.weir-system.svc.cluster.local"),
        internal: .init(
            ip: "10.0.0.7", domainInternal: "weir-internal.weir-system.svc.cluster.local"))
    /// 2026-11-28T16:00:00Z.
    private let time: UInt64 = 1_795_881_600_000_000_000
    private let minute: UInt64 = 60_000_000_000

    private func condition(
        _ status: IngressStatus, _ type: String
    ) throws -> IngressStatus.Condition {
        try #require(status.condition(type))
    }

    @Test func `ready says where traffic enters, and all three conditions`() throws {
        let status = IngressOutcome.ready.status(
            after: IngressStatus(), generation: 3, balancers, at: time)
        #expect(status.isReady(for: 3))
        #expect(!status.isReady(for: 4))
        #expect(
            status.conditions?.map(\.type) == ["LoadBalancerReady", "NetworkConfigured", "Ready"])
        #expect(status.conditions?.allSatisfy { $0.status == "True" && $0.reason == nil } == true)
        #expect(
            status.publicLoadBalancer?.ingress?.map(\.domainInternal) == [
                "weir.weir-system.svc.cluster.local"
            ])
        let inner = try #require(status.privateLoadBalancer?.ingress)
        #expect(inner.count == 1)
        #expect(inner[0].ip == "10.0.0.7")
        #expect(try condition(status, "Ready").lastTransitionTime == "2026-11-28T16:00:00Z")
    }

    @Test func `a newer version that waits keeps where traffic enters`() throws {
        let old = IngressOutcome.ready.status(
            after: IngressStatus(), generation: 1, balancers, at: time)
        let new = IngressOutcome.waiting("replicas have yet to serve it").status(
            after: old, generation: 2, balancers, at: time + minute)
        #expect(!new.isReady(for: 2))
        #expect(new.privateLoadBalancer == old.privateLoadBalancer)
        let ready = try condition(new, "Ready")
        #expect(ready.status == "Unknown")
        #expect(ready.reason == "Uninitialized")
        #expect(
            ready.message
                == "Waiting for load balancer to be ready: replicas have yet to serve it")
        #expect(ready.lastTransitionTime == "2026-11-28T16:01:00Z")
        #expect(try condition(new, "NetworkConfigured").status == "True")
        // What did not change keeps its time.
        #expect(
            try condition(new, "NetworkConfigured").lastTransitionTime == "2026-11-28T16:00:00Z")
    }

    @Test func `a conflict is false, a refused version unknown, each with its reason`() throws {
        let conflict = IngressOutcome.conflict("host a is served by the older Ingress b/c").status(
            after: IngressStatus(), generation: 1, balancers, at: time)
        let balanced = try condition(conflict, "LoadBalancerReady")
        #expect(balanced.status == "False")
        #expect(balanced.reason == "DomainConflict")
        #expect(
            balanced.message == "Ingress rejected: host a is served by the older Ingress b/c")
        #expect(try condition(conflict, "Ready").reason == "DomainConflict")
        #expect(conflict.publicLoadBalancer == nil)
        let refused = IngressOutcome.refused("spec.rules: missing field(s)").status(
            after: IngressStatus(), generation: 1, balancers, at: time)
        #expect(try condition(refused, "Ready").status == "Unknown")
        #expect(try condition(refused, "Ready").reason == "ReconcileIngressFailed")
        #expect(refused.observedGeneration == 1)
    }

    @Test func `times alone make no other status`() {
        let old = IngressOutcome.ready.status(
            after: IngressStatus(), generation: 1, balancers, at: time)
        let same = IngressOutcome.ready.status(
            after: old, generation: 1, balancers, at: time + minute)
        #expect(same == old)
        let fresh = IngressOutcome.ready.status(
            after: IngressStatus(), generation: 1, balancers, at: time + minute)
        #expect(fresh != old)
        #expect(fresh.isSame(as: old))
        let next = IngressOutcome.ready.status(after: old, generation: 2, balancers, at: time)
        #expect(!next.isSame(as: old))
    }

    @Test func `what another gateway wrote is read, and what is unreadable is nothing`() {
        let text = """
            {"observedGeneration": 7, "conditions": [{"type": "Ready", "status": "True",
            "severity": "Error", "lastTransitionTime": "2026-01-01T00:00:00Z"}],
            "somethingNew": {"a": 1},
            "privateLoadBalancer": {"ingress": [{"meshOnly": true}]}}
            """
        let status = IngressStatus(text: text)
        #expect(status.isReady(for: 7))
        #expect(status.privateLoadBalancer?.ingress?.first?.meshOnly == true)
        #expect(IngressStatus(text: "{\"conditions\": 5}") == IngressStatus())
        #expect(IngressStatus(text: nil) == IngressStatus())
    }

    @Test func `a message of any length is cut`() throws {
        let status = IngressOutcome.waiting(String(repeating: "ä", count: 5000)).status(
            after: IngressStatus(), generation: 1, balancers, at: time)
        #expect(try condition(status, "Ready").message?.count == 1024)
    }
}
