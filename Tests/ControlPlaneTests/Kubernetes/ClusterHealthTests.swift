import Testing

@testable import ControlPlane

@Suite struct ClusterHealthTests {
    private let ingresses = ClusterSource.always(WatchScope(.ingresses))
    private let services = ClusterSource.always(WatchScope(.services))
    private let labelled = ClusterSource.always(WatchScope(.secrets, labelSelector: "x"))
    private let secret = ClusterSource.secret(NamespacedPair("shop", "tls"))
    private let start = ContinuousClock.now

    private func after(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func health(_ sources: ClusterSource...) -> ClusterHealth {
        var health = ClusterHealth()
        for source in sources { health.add(source, now: start) }
        return health
    }

    @Test func `it is synced when everything was told once`() {
        var health = health(ingresses, services)
        _ = health.take(.listed([]), from: ingresses, now: start)
        #expect(!health.isSynced)
        #expect(health.staleness(now: after(3)) == .seconds(3))
        _ = health.take(.listed([]), from: services, now: start)
        #expect(health.isSynced)
        #expect(health.staleness(now: after(3)) == .zero)
        health.add(secret, now: after(4))
        #expect(!health.isSynced)
    }

    @Test func `what may not be read holds up nobody, unless nothing goes without it`() {
        var health = health(labelled, secret)
        for source in [labelled, secret] {
            _ = health.take(.failing(.forbidden("no")), from: source, now: start)
        }
        #expect(health.isSynced)
        #expect(health.staleness(now: after(9)) == .zero)
        #expect(health.problems.count == 2)
        health.add(ingresses, now: start)
        _ = health.take(.failing(.forbidden("no")), from: ingresses, now: start)
        #expect(!health.isSynced)
    }

    @Test func `an outage of an hour is one word, and its end another`() {
        var health = health(ingresses, services, secret)
        for source in [ingresses, services, secret] {
            #expect(health.take(.listed([]), from: source, now: start) == [])
        }
        var notices: [ClusterNotice] = []
        for minute in 1...60 {
            for source in [ingresses, services, secret] {
                let fault = APIFault.unreachable("refused \(minute)")
                notices += health.take(.failing(fault), from: source, now: after(60 * minute))
            }
        }
        #expect(notices.count == 1)
        #expect(notices.first?.text.contains("refused 1") == true)
        #expect(health.staleness(now: after(3660)) == .seconds(3600))
        #expect(health.problems.count == 1)
        for source in [ingresses, services] {
            notices += health.take(.recovered, from: source, now: after(3660))
        }
        #expect(notices.count == 1)
        notices += health.take(.recovered, from: secret, now: after(3660))
        #expect(notices.count == 2)
        guard case .recovered(let text) = notices.last else {
            Issue.record("\(notices)")
            return
        }
        #expect(text.contains("3600 s"))
        #expect(health.staleness(now: after(3661)) == .zero)
    }

    @Test func `a missing right is said for itself, with what is missing`() {
        var health = health(ingresses, services)
        var notices = health.take(.failing(.forbidden("why")), from: ingresses, now: start)
        notices += health.take(.failing(.notFound), from: ingresses, now: start)
        notices += health.take(.failing(.unreachable("x")), from: services, now: start)
        let texts = notices.map(\.text)
        #expect(
            texts.contains { $0.contains("why") && $0.contains("rights to get, list and watch") })
        #expect(texts.contains { $0.contains("CustomResourceDefinition") })
        #expect(health.problems.count == 2)
    }

    @Test func `a source that is dropped is no trouble any more`() {
        var health = health(secret)
        #expect(health.take(.failing(.forbidden("")), from: secret, now: start).count == 1)
        #expect(health.drop(secret, now: after(1)).count == 1)
        #expect(health.problems == [])
        #expect(health.take(.failing(.notFound), from: secret, now: after(2)) == [])
    }

    @Test(arguments: [false, true])
    func `Endpoints hold up only who waits for them`(_ waits: Bool) {
        var health = ClusterHealth(waitsForEndpoints: waits)
        let source = ClusterSource.polledEndpoints(NamespacedPair("shop", "old"))
        health.add(source, now: .now)
        #expect(health.isSynced != waits)
        _ = health.take(.listed([]), from: source, now: .now)
        #expect(health.isSynced)
    }
}
