internal import Foundation
package import Logging
internal import ServiceLifecycle

extension ClusterService: Service {}

/// A replica's part in its cluster: hears objects, tells what it serves, leads when it is its turn.
package final class ClusterService: Sendable {
    /// What the Service of the internal listeners is called where no setting says it.
    private static let internalName = "weir-internal"
    /// How long a replica waits for a leader to know of it before it is ready all the same.
    private static let admissionTimeMax: Duration = .seconds(20)

    /// How long what was kept is served by a replica that is not ready, while nothing says that the
    /// cluster does not answer: one that is only slow is waited for.
    private static let keptTimeMax: Duration = .seconds(10)

    /// How long the API server may be silent: Leases are renewed every 2 s.
    private static let silenceMax: Duration = .seconds(10)

    /// How often Leases of pods that are gone are looked for.
    private static let tidyAfter: Duration = .seconds(30)

    /// What the reconciler takes.
    package let feed: ClusterFeed

    /// `namespace/name` of the Service in front of the internal listeners.
    let internalService: String

    private let client: APIClient
    private let identity: ReplicaIdentity
    private let status: StatusBoard
    /// False while a worker of this replica is stuck.
    private let isCounted: @Sendable () -> Bool
    private let logger: Logger
    private let clock = ContinuousClock()
    private let book: StatusBook
    private let roster = ReplicaRoster()
    private let leadership: Leadership
    private let keeper: StatusKeeper

    /// Begins to hear; throws what is wrong with the way to the cluster.
    package init(
        _ settings: Settings, environment: [String: String], status: StatusBoard,
        servedVersion: @escaping @Sendable () -> UInt64, logger: Logger
    ) throws(GatewayFault) {
        let access = try ClusterAccess.chosen(settings, environment)
        client = APIClient(access, userAgent: "weir/\(BuildInfo().version)", logger: logger)
        identity = ReplicaIdentity(
            pod: settings.podName ?? Self.hostName(), mark: Self.mark(),
            namespace: settings.podNamespace ?? access.namespace)
        let keep = try settings.stateFolder.map { folder throws(GatewayFault) in
            try ObjectKeep(folder, keepsSecrets: settings.keepsSecrets, logger: logger)
        }
        feed = ClusterFeed(
            watch: ClusterWatch(client, options: settings.watchOptions), board: ServedBoard(),
            keep: keep)
        self.status = status
        isCounted = { status.lag(served: servedVersion(), at: .now) == nil }
        self.logger = logger
        leadership = Leadership(
            client: client, identity: identity, roster: roster, isCounted: isCounted,
            logger: logger)
        let balancers = Self.balancers(settings, identity)
        book = StatusBook(balancers)
        keeper = StatusKeeper(
            client: client, board: feed.board, book: book, roster: roster,
            leadership: leadership, balancers: balancers,
            ownLease: identity.lease, logger: logger)
        internalService = settings.internalService ?? "\(identity.namespace)/\(Self.internalName)"
        status.holdBack("the cluster is not heard yet")
    }

    /// Eight digits that no other process has.
    private static func mark() -> String {
        let digits = String(UInt32.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func hostName() -> String {
        let name = ProcessInfo.processInfo.hostName.lowercased()
        return name.isEmpty ? "weir" : name
    }

    private static func balancers(
        _ settings: Settings, _ identity: ReplicaIdentity
    ) -> IngressOutcome.Balancers {
        func balancer(
            _ service: String?, _ usual: String, _ ip: String?
        ) -> IngressStatus.LoadBalancer {
            let parts = (service ?? "\(identity.namespace)/\(usual)").split(separator: "/")
            let name = "\(parts[1]).\(parts[0]).svc.\(settings.clusterDomain)"
            return IngressStatus.LoadBalancer(ip: ip, domainInternal: name)
        }
        return IngressOutcome.Balancers(
            external: balancer(settings.externalService, "weir", settings.externalIP),
            internal: balancer(settings.internalService, internalName, settings.internalIP))
    }

    /// How this replica stands now.
    var figures: ClusterFigures {
        let (all, waiting) = book.counts
        let silence = clock.now - client.heardAt
        // A watch on which nothing comes is no sign that it would.
        let silent = silence >= Self.silenceMax ? silence / .seconds(1) : 0
        return ClusterFigures(
            staleness: max(feed.watch.staleness, silent), isLeader: leadership.isLeader,
            ingresses: all,
            waiting: waiting, foreign: feed.watch.foreignIngresses)
    }

    // MARK: Running

    /// Takes part until it is told to end, then lets go of what it holds.
    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.followFacts() }
                group.addTask { await self.feed.keep?.run() }
                group.addTask { await self.takePart() }
            }
        }
        feed.watch.stop()
        await client.shutdown()
    }

    private func followFacts() async {
        note(Set(feed.watch.allFacts.map { NamespacedPair($0.namespace, $0.name) }))
        for await _ in feed.watch.factsSignals { note(feed.watch.takeChangedFacts()) }
    }

    private func note(_ changed: Set<NamespacedPair>) {
        for pair in changed { book.set(pair, feed.watch.facts(of: pair)) }
        keeper.nudge()
    }

    /// From the first full snapshot on.
    private func takePart() async {
        let changes = feed.board.changes()
        let waiting = Task { await letGoWithKept() }
        if feed.board.served == nil {
            for await _ in changes where feed.board.served != nil { break }
        }
        waiting.cancel()
        if Task.isCancelled { return }
        let lease = ReplicaLease(
            client: client, identity: identity, board: feed.board, isCounted: isCounted,
            book: book, logger: logger)
        let scope = WatchScope(
            .leases, namespace: identity.namespace, labelSelector: "\(ReplicaName.label)=true")
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await lease.run() }
            group.addTask { await self.leadership.run() }
            group.addTask { await self.keeper.run() }
            group.addTask {
                for await _ in changes { self.keeper.nudge() }
                self.keeper.stop()
            }
            group.addTask {
                await Reflector(self.client, scope).run { event in
                    self.roster.take(event, at: self.clock.now)
                    self.keeper.nudge()
                }
            }
            group.addTask { await self.tick() }
            group.addTask { await self.removeAbandoned() }
        }
    }

    /// Has the replica be ready with what was kept, once the cluster is known not to answer, or has
    /// not for long: nobody leads then, and it is all there is.
    private func letGoWithKept() async {
        while !Task.isCancelled, feed.board.served == nil {
            if let since = feed.board.keptSince,
                !feed.watch.problems.isEmpty || clock.now - since >= Self.keptTimeMax
            {
                return status.letGo()
            }
            try? await clock.sleep(for: .milliseconds(100))
        }
    }

    /// Looks at what only time changes.
    private func tick() async {
        let began = clock.now
        while !Task.isCancelled {
            keeper.nudge()
            if status.isHeldBack, let reason = unreadiness(since: began) {
                status.holdBack(reason)
            } else if status.isHeldBack {
                status.letGo()
            }
            try? await clock.sleep(for: .milliseconds(status.isHeldBack ? 50 : 250))
        }
    }

    /// Takes away the Leases that nobody renews any more, while this replica leads.
    private func removeAbandoned() async {
        while !Task.isCancelled {
            try? await clock.sleep(for: Self.tidyAfter)
            for name in roster.abandoned(at: clock.now) where leadership.isLeader {
                do throws(APIFault) {
                    try await client.soon { [identity] client throws(APIFault) in
                        try await client.delete(
                            .leases, namespace: identity.namespace, name: name)
                    }
                } catch {
                    logger.debug("Lease \(identity.namespace)/\(name): \(error.text)")
                }
            }
        }
    }

    /// Why this replica may not be ready yet; nil when it may.
    ///
    /// Whoever asks it must get what the leader has called ready: so the leader must wait for it
    /// from now on, and it must serve all that was called ready before.
    private func unreadiness(since began: ContinuousClock.Instant) -> String? {
        guard let served = feed.board.served else { return "the cluster is not heard yet" }
        let isLate = clock.now - began >= Self.admissionTimeMax
        let reason: String
        if let told = leadership.told {
            if !served.reached.covers(told.ready) {
                reason = "the table is behind"
            } else if leadership.isLeader || told.replicas.contains(identity.lease) {
                return nil
            } else {
                reason = "the leader does not know of it yet"
            }
        } else {
            reason = "no replica leads yet"
        }
        if isLate { logger.warning("\(reason), this replica is ready all the same") }
        return isLate ? nil : reason
    }
}
