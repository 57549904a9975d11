import Testing

@testable import ControlPlane

@Suite struct SecretPlanTests {
    private func pairs(_ names: String...) -> Set<NamespacedPair> {
        Set(names.map { NamespacedPair("n", $0) })
    }

    @Test func `who is watched stays so, and a free place goes to who waited`() {
        var plan = SecretPlan(watchedMax: 2)
        #expect(plan.want(pairs("b", "c", "d")) == 0)
        #expect(plan.watched == pairs("b", "c"))
        #expect(plan.polled == pairs("d"))
        // A new one that comes first by name pushes nobody out.
        _ = plan.want(pairs("a", "b", "c", "d"))
        #expect(plan.watched == pairs("b", "c"))
        #expect(plan.polled == pairs("a", "d"))
        _ = plan.want(pairs("a", "b", "d", "e"))
        #expect(plan.watched == pairs("a", "b"))
        #expect(plan.polled == pairs("d", "e"))
        _ = plan.want([])
        #expect(plan.watched.isEmpty && plan.polled.isEmpty)
    }

    @Test func `beyond all limits they are counted`() {
        var plan = SecretPlan(watchedMax: 1)
        let many = Set((0..<SecretPlan.polledMax + 3).map { NamespacedPair("n", "\($0)") })
        #expect(plan.want(many) == 2)
        #expect(plan.polled.count == SecretPlan.polledMax)
    }
}
