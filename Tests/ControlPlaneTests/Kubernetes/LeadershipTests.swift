import FakeAPIServer
import Logging
import Synchronization
import Testing

@testable import ControlPlane

/// Who leads, over a fake API server.
@Suite struct LeadershipTests {
    /// A flag that a test changes while others read it.
    private final class Flag: Sendable {
        private let value = Mutex(true)

        var isSet: Bool {
            get { value.withLock { $0 } }
            set { value.withLock { $0 = newValue } }
        }
    }

    private func leadership(
        _ cluster: FakeCluster, _ pod: String, isCounted: @escaping @Sendable () -> Bool = { true }
    ) -> Leadership {
        Leadership(
            client: cluster.client,
            identity: ReplicaIdentity(pod: pod, mark: "0", namespace: "default"),
            roster: ReplicaRoster(), isCounted: isCounted,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func `a leader that is stuck lets another one lead, and stands back`() async throws {
        try await FakeCluster.run { cluster in
            let isWell = Flag()
            let first = leadership(cluster, "a") { isWell.isSet }
            let second = leadership(cluster, "b")
            let running = Task { await first.run() }
            #expect(await eventually { first.isLeader })
            let waiting = Task { await second.run() }
            #expect(!second.isLeader)
            isWell.isSet = false
            #expect(await eventually { second.isLeader && !first.isLeader })
            isWell.isSet = true
            let holder = cluster.server.get(.leases, "default", ReplicaName.leaderLease)?["spec"]
            #expect(holder?["holderIdentity"].text == "b_0")
            running.cancel()
            waiting.cancel()
            await running.value
            await waiting.value
        }
    }
}
