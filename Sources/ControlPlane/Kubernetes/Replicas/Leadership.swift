internal import Logging
internal import Reactor
internal import Synchronization

/// Decides which replica writes status: the one that holds the Lease `weir-leader`.
///
/// The Lease lasts 8 s and is renewed every 2 s. Its annotations tell the other replicas which
/// of them the leader waits for, and up to which version of Ingresses it has called some ready,
/// so that a replica which joins is not ready before it serves all of those.
final class Leadership: Sendable {
    private static let duration: Duration = .seconds(8)
    private static let renewAfter: Duration = .seconds(2)
    /// The leader stops when its Lease was not renewed for so long: before another can take it.
    private static let trustedFor: Duration = .seconds(6)

    /// What the leader tells the others.
    struct Word: Hashable, Sendable {
        /// Leases of the replicas that it waits for.
        var replicas: Set<String> = []
        /// What replicas must serve for all that may have been called ready.
        var ready = ClusterVersions()
    }

    private struct State {
        /// As read or written last, nil before that.
        var lease: Lease?
        /// When the Lease was first seen as it is.
        var seenAt: ContinuousClock.Instant?
        /// When this replica's last renewal was begun that succeeded.
        var renewedAt: ContinuousClock.Instant?
        /// When the next turn is due.
        var dueAt: ContinuousClock.Instant?
        var word = Word()
        /// The word as it stands in the Lease.
        var told = Word()
        var fault: APIFault?
    }

    private let client: APIClient
    private let identity: ReplicaIdentity
    private let roster: ReplicaRoster
    /// Whether this replica is ready: one that is stuck does not see its own Lease among the others,
    /// and would write nothing.
    private let isCounted: @Sendable () -> Bool
    private let logger: Logger
    private let clock = ContinuousClock()
    private let state = Mutex(State())
    private let poke: AsyncStream<Void>.Continuation
    private let pokes: AsyncStream<Void>

    init(
        client: APIClient, identity: ReplicaIdentity, roster: ReplicaRoster,
        isCounted: @escaping @Sendable () -> Bool, logger: Logger
    ) {
        self.client = client
        self.identity = identity
        self.roster = roster
        self.isCounted = isCounted
        self.logger = logger
        (pokes, poke) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Whether this replica leads, and may act on it.
    var isLeader: Bool {
        let now = clock.now
        return state.withLock { state in
            state.renewedAt.map { now - $0 < Self.trustedFor } ?? false
        }
    }

    /// What the leader has told, if a leader is alive; its own word where this one leads.
    var told: Word? {
        let now = clock.now
        return state.withLock { state in
            if let renewedAt = state.renewedAt, now - renewedAt < Self.trustedFor {
                return state.told
            }
            guard let seenAt = state.seenAt, let lease = state.lease, !Self.isFree(lease),
                now - seenAt < Self.duration
            else { return nil }
            return state.told
        }
    }

    /// The replicas that the leader's decisions wait for from now on: none that joins is missed.
    func admitReplicas() {
        let live = roster.live(at: clock.now)
        let isNew = state.withLock { state in
            state.word.replicas = Set(live)
            return state.word.replicas != state.told.replicas
        }
        if isNew { poke.yield() }
    }

    /// Says that an Ingress which needs this will be called ready; before that is written.
    func noteReady(_ need: ClusterVersions) {
        state.withLock { $0.word.ready = $0.word.ready.joined(with: need) }
    }

    /// Says that the cluster was restored, and what is there by now: nobody can serve more.
    func goBack(to reached: ClusterVersions) {
        state.withLock { $0.word.ready = $0.word.ready.common(with: reached) }
    }

    // MARK: The Lease

    /// Takes part until cancelled, then lets go of the Lease, so that another takes it at once.
    func run() async {
        let ticks = Task { [poke, clock] in
            while !Task.isCancelled {
                poke.yield()
                try? await clock.sleep(for: .milliseconds(250))
            }
        }
        await withTaskCancellationHandler {
            for await _ in pokes where isDue { await turn() }
        } onCancel: {
            poke.finish()
        }
        ticks.cancel()
        await Task { await release() }.value
    }

    private var isDue: Bool {
        let now = clock.now
        return state.withLock { state in
            state.dueAt.map { now >= $0 } ?? true
                || (state.renewedAt != nil && state.fault == nil
                    && state.word.replicas != state.told.replicas)
        }
    }

    private func turn() async {
        let began = clock.now
        guard isCounted() else {
            await release()
            state.withLock { $0.dueAt = began + Self.renewAfter }
            return
        }
        do throws(APIFault) {
            try await take(at: began)
            tell(nil)
        } catch {
            // Somebody else was faster: what they wrote is read at the next turn.
            state.withLock { state in
                state.lease = nil
                if case .conflict = error { state.renewedAt = nil }
            }
            if case .conflict = error {} else { tell(error) }
        }
        let isAlone = state.withLock { $0.lease == nil }
        let wait: Duration = isAlone ? .milliseconds(500) : Self.renewAfter
        // A replica that joins is told soon.
        let isSettled = isLeader || told?.replicas.contains(identity.lease) == true
        state.withLock { $0.dueAt = began + (isSettled ? wait : .milliseconds(250)) }
    }

    private func take(at began: ContinuousClock.Instant) async throws(APIFault) {
        let held = state.withLock { state in state.renewedAt == nil ? nil : state.lease }
        let found: Lease
        if let held {
            found = held
        } else {
            do throws(APIFault) {
                found = try Lease(
                    await client.soon { [identity] client throws(APIFault) in
                        try await client.get(
                            .leases, namespace: identity.namespace,
                            name: ReplicaName.leaderLease)
                    })
            } catch {
                guard error == .notFound else { throw error }
                return try await create(at: began)
            }
        }
        // After the answer: the Lease may be as new as that.
        let now = clock.now
        see(found, at: now)
        let seenAt = state.withLock { $0.seenAt } ?? now
        let isMine = found.spec.holderIdentity == identity.holder
        guard isMine || Self.isFree(found) || now - seenAt >= Self.duration else { return }
        try await renew(found, isMine: isMine, at: began)
    }

    private func see(_ lease: Lease, at now: ContinuousClock.Instant) {
        state.withLock { state in
            let isNew =
                state.lease?.metadata.resourceVersion != lease.metadata.resourceVersion
                || state.seenAt == nil
            if isNew { state.seenAt = now }
            state.lease = lease
            if lease.spec.holderIdentity != identity.holder {
                state.renewedAt = nil
                state.told = Self.word(lease)
                // As it stands: in a cluster that was restored it goes back.
                state.word.ready = state.told.ready
            }
        }
    }

    private func create(at now: ContinuousClock.Instant) async throws(APIFault) {
        var lease = Lease()
        lease.metadata.name = ReplicaName.leaderLease
        lease.metadata.namespace = identity.namespace
        lease.spec.leaseTransitions = 0
        let word = hold(&lease, isMine: false)
        let body = lease.json
        let answer = try await client.soon { [identity] client throws(APIFault) in
            try await client.create(.leases, namespace: identity.namespace, body: body)
        }
        lead(try Lease(answer), word, at: now)
    }

    private func renew(
        _ found: Lease, isMine: Bool, at now: ContinuousClock.Instant
    ) async throws(APIFault) {
        var lease = found
        let word = hold(&lease, isMine: isMine)
        let answer = try await replace(lease)
        lead(try Lease(answer), word, at: now)
    }

    private func replace(_ lease: Lease) async throws(APIFault) -> [UInt8] {
        let body = lease.json
        return try await client.soon { [identity] client throws(APIFault) in
            try await client.replace(
                .leases, namespace: identity.namespace, name: ReplicaName.leaderLease, body: body)
        }
    }

    /// Writes this replica's name and word into the Lease; gives the word.
    private func hold(_ lease: inout Lease, isMine: Bool) -> Word {
        let time = APITime.micro(Clock.wall())
        lease.spec.leaseDurationSeconds = Int(Self.duration.components.seconds)
        lease.spec.renewTime = time
        if !isMine {
            lease.spec.holderIdentity = identity.holder
            lease.spec.acquireTime = time
            lease.spec.leaseTransitions = (lease.spec.leaseTransitions ?? -1) + 1
        }
        let live = roster.live(at: clock.now)
        let word = state.withLock { state in
            // Whoever decides what is ready says for whom it waits, and in that order.
            if !isMine { state.word.replicas = Set(live) }
            return state.word
        }
        lease.annotate(ReplicaName.replicas, word.replicas.sorted().joined(separator: ","))
        lease.annotate(ReplicaName.ready, word.ready.description)
        return word
    }

    private func lead(_ lease: Lease, _ word: Word, at now: ContinuousClock.Instant) {
        let isNew = state.withLock { state in
            let isNew = state.renewedAt == nil
            state.lease = lease
            state.seenAt = now
            state.renewedAt = now
            state.told = word
            return isNew
        }
        if isNew { logger.info("this replica leads: it writes the status of Ingresses") }
    }

    private func release() async {
        let held = state.withLock { state in
            defer { state.renewedAt = nil }
            return state.renewedAt == nil ? nil : state.lease
        }
        guard var lease = held else { return }
        lease.spec.holderIdentity = ""
        lease.spec.leaseDurationSeconds = 1
        lease.spec.renewTime = APITime.micro(Clock.wall())
        do throws(APIFault) {
            _ = try await replace(lease)
        } catch {
            logger.debug("the leader's Lease is left to expire: \(error.text)")
        }
    }

    private static func isFree(_ lease: Lease) -> Bool {
        lease.spec.holderIdentity ?? "" == ""
    }

    private static func word(_ lease: Lease) -> Word {
        let names = (lease.annotation(ReplicaName.replicas) ?? "").split(separator: ",")
        return Word(
            replicas: Set(names.map(String.init)),
            ready: ClusterVersions(lease.annotation(ReplicaName.ready) ?? ""))
    }

    /// Says a fault once, and its end.
    private func tell(_ fault: APIFault?) {
        let old = state.withLock { state in
            defer { state.fault = fault }
            return state.fault
        }
        if let fault, old == nil {
            logger.warning("Lease \(identity.namespace)/\(ReplicaName.leaderLease): \(fault.text)")
        } else if fault == nil, old != nil {
            logger.notice("Lease \(identity.namespace)/\(ReplicaName.leaderLease): works again")
        }
    }
}
