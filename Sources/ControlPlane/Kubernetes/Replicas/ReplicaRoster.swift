internal import Synchronization

/// The replicas that serve, as their Leases tell; the leader's view of them.
final class ReplicaRoster: Sendable {
    /// How long a replica counts after its Lease was last seen renewed: its 8 s, and some for the way.
    static let lifetime: Duration = .seconds(10)
    /// LIMIT: replicas that are followed.
    private static let countMax = 1000

    private struct Member {
        var served: ClusterVersions
        var renewTime: String?
        var seenAt: ContinuousClock.Instant
        /// What it served by its own word when the cluster was found to be restored; nil once it is
        /// known to count as the cluster does now.
        var old: ClusterVersions?

        /// What it serves, as far as one can tell.
        var surely: ClusterVersions { old == nil ? served : ClusterVersions() }
    }

    private struct State {
        var members: [String: Member] = [:]
        var isListed = false
        /// The watch fails: what is known may be old.
        var isFailing = false
    }

    private let state = Mutex(State())

    /// Whether the replicas were listed once, and are watched since.
    var isListed: Bool { state.withLock { $0.isListed && !$0.isFailing } }

    /// Takes what a watch of the replicas' Leases tells.
    func take(_ event: ClusterEvent, at now: ContinuousClock.Instant) {
        switch event {
        case .listed(let objects):
            let leases = objects.compactMap(Self.lease)
            state.withLock { state in
                let names = Set(leases.map(\.name))
                state.members = state.members.filter { names.contains($0.key) }
                for (name, lease) in leases { Self.note(name, lease, &state.members, now) }
                state.isListed = true
                state.isFailing = false
            }
        case .changed(let object):
            guard let (name, lease) = Self.lease(object) else { return }
            state.withLock { Self.note(name, lease, &$0.members, now) }
        case .gone(_, let name):
            state.withLock { $0.members[name] = nil }
        case .failing:
            state.withLock { $0.isFailing = true }
        case .recovered:
            state.withLock { state in
                state.isFailing = false
                // Nobody is forgotten for what was not heard meanwhile.
                for name in state.members.keys { state.members[name]?.seenAt = now }
            }
        case .reached: break
        }
    }

    /// The Leases of those that count now, in order.
    func live(at now: ContinuousClock.Instant) -> [String] {
        state.withLock { state in
            state.members.filter { now - $0.value.seenAt < Self.lifetime }.keys.sorted()
        }
    }

    /// How long a Lease stays that nobody renews: its pod is gone, and could not take it away.
    static let keptFor: Duration = .seconds(600)

    /// Leases to be taken away, in order; none while it is not heard who renews theirs.
    func abandoned(at now: ContinuousClock.Instant) -> [String] {
        state.withLock { state in
            guard state.isListed, !state.isFailing else { return [] }
            return state.members.filter { now - $0.value.seenAt >= Self.keptFor }.keys.sorted()
        }
    }

    /// Takes nobody's word for what they serve: the cluster was restored, and they may not know it.
    func distrust() {
        state.withLock { state in
            for (name, member) in state.members { state.members[name]?.old = member.served }
        }
    }

    /// Takes it again of those who say no more than this replica, which has seen the restored
    /// cluster; of the others when they have gone back.
    func trust(upTo reached: ClusterVersions) {
        state.withLock { state in
            for (name, member) in state.members
            where member.old != nil && reached.covers(member.served) {
                state.members[name]?.old = nil
            }
        }
    }

    /// What all serve that count now; nil where none does.
    func floor(at now: ContinuousClock.Instant) -> ClusterVersions? {
        state.withLock { state in
            state.members.values.filter { now - $0.seenAt < Self.lifetime }.map(\.surely)
                .reduce(nil) { floor, served in floor.map { $0.common(with: served) } ?? served }
        }
    }

    /// Those that have yet to serve something, of those that count now, in order.
    func lagging(behind need: ClusterVersions, at now: ContinuousClock.Instant) -> [String] {
        state.withLock { state in
            state.members.filter {
                now - $0.value.seenAt < Self.lifetime && !$0.value.surely.covers(need)
            }.keys.sorted()
        }
    }

    private static func lease(_ object: ClusterObject) -> (name: String, lease: Lease)? {
        do throws(APIFault) {
            return (object.name, try Lease(Array(object.text.utf8)))
        } catch {
            return nil
        }
    }

    private static func note(
        _ name: String, _ lease: Lease, _ members: inout [String: Member],
        _ now: ContinuousClock.Instant
    ) {
        let served = ClusterVersions(lease.annotation(ReplicaName.served) ?? "")
        let renewTime = lease.spec.renewTime
        if let old = members[name]?.old, !served.covers(old) { members[name]?.old = nil }
        if let member = members[name], member.renewTime == renewTime {
            // Read again, not renewed: clocks of other machines are not compared.
            members[name]?.served = served
            return
        }
        guard members.count < countMax || members[name] != nil else { return }
        members[name] = Member(
            served: served, renewTime: renewTime, seenAt: now, old: members[name]?.old)
    }
}
