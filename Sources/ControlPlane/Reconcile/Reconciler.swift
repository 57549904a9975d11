internal import Bytes
package import Logging
package import Manifests
package import Reactor
internal import Routing
internal import ServiceLifecycle
package import Telemetry

/// Makes the table follow the manifests: reads what changed, compiles, publishes, reports.
///
/// It alone holds the manifests and the table's builder. One change is brought to its end, served
/// by all workers, before the next is taken; what happens meanwhile is taken together.
package actor Reconciler: Service {
    /// How long workers may take to serve a snapshot before that is said.
    private static let serveTimeMax: Duration = .seconds(5)
    /// How long the start may wait for the addresses of names.
    private static let nameTimeMax: Duration = .seconds(2)

    /// Changes of more leave much free memory behind.
    private static let manyRoutes = 1000

    private let watch: ManifestWatch
    private let publisher: TablePublisher
    private let board: StatusBoard
    private let logger: Logger
    private let clock = ContinuousClock()
    private let news = NewsBox()
    private let names: NameResolver
    private let state: StateFolder?
    /// Nil where no cluster is followed.
    private let cluster: ClusterFeed?

    private var files: ManifestFiles
    private let builder = TableBuilder(
        hashSeed: .drawn, keptSeries: TableLimits.keptSeriesMax,
        keptDestinations: TableLimits.keptDestinationsMax, crew: .two)
    private var snapshot = Snapshot.empty
    private var certificates = ServedCertificates()
    /// Names whose addresses are asked for, and why the last answer to one is none.
    private var wantedNames: Set<String> = []
    private var nameProblems: [String: String] = [:]
    /// Names that were answered since they were wanted, even if with nothing.
    private var answeredNames: Set<String> = []
    private var keptRollouts: [String: String] = [:]
    /// Why rollouts cannot be kept; nil when they can.
    private var stateProblem: String?
    /// Wakes for the next step of a rollout.
    private var stepTimer: Task<Void, Never>?
    /// All is to be compiled though no manifest changed.
    private var isTurnWanted = true
    /// What the cluster's objects were kept as, while the cluster was not heard yet.
    private var keptFiles: Set<String> = []
    /// Since when what is served is not told, because a Secret is still being asked for.
    private var heldSince: ContinuousClock.Instant?
    /// Secrets that are asked for, and whether some of them are since the last turn.
    private var wantedSecrets: Set<NamespacedPair> = []
    private var areSecretsNew = false
    private var secretsWantedNumber: Int?
    /// Somebody wakes soon to look whether that is over.
    private var isLookDue = false
    /// Lines that were said and still hold; each is said once.
    private var said: Set<String> = []
    private var report = TableReport()

    /// `ask` finds the addresses of ExternalName Services, on a thread of its own; rollouts are
    /// kept in `state`, where there is one.
    package init(
        watch: ManifestWatch, options: ManifestOptions, publisher: TablePublisher,
        board: StatusBoard, logger: Logger, state: StateFolder? = nil,
        cluster: ClusterFeed? = nil,
        ask: @escaping @Sendable (String, NameFamily) -> NameAnswer = { NameQuery.run($0, $1) }
    ) {
        self.watch = watch
        self.publisher = publisher
        self.board = board
        self.logger = logger
        self.state = state
        self.cluster = cluster
        files = ManifestFiles(options)
        names = NameResolver(ask: ask) { [news] item in
            news.put(item)
            watch.nudge()
        }
    }

    /// Applies the first changes, which are everything there is, and returns when it is served.
    ///
    /// Where a cluster does not answer, that is what was kept of it, or it is waited for.
    package func load() async {
        restoreRollouts()
        let isStarted = names.start()
        precondition(isStarted, "the system refuses a thread")
        for await _ in watch.signals { break }
        if let cluster { await load(from: cluster) }
        await apply()
        if let cluster, keptFiles.isEmpty {
            // Only now it is known which Secrets there must be.
            await wait(for: cluster, atMost: Self.secretTimeMax)
            await apply()
        }
        await waitForNames()
    }

    /// Applies changes until the watch is stopped or the service is told to end.
    package func run() async throws {
        let forwarding = Task { [watch, cluster] in
            guard let cluster else { return }
            for await _ in cluster.watch.signals { watch.nudge() }
        }
        await cancelWhenGracefulShutdown { [self] in
            for await _ in watch.signals { await apply() }
        }
        forwarding.cancel()
        stepTimer?.cancel()
        names.stop()
        watch.stop()
    }

    /// What would happen to a request now, by the newest table.
    package func explain(
        _ request: ExplainRequest, sheets: [TallySheet], allowsUnderscores: Bool, matchLimit: Int
    ) throws(ExplainRequest.Refusal) -> ExplainAnswer {
        try ExplainDesk(
            snapshot, certificates.set, sheets, allowsUnderscores: allowsUnderscores,
            matchLimit: matchLimit
        ).explain(request)
    }

    // MARK: One change

    private func apply() async {
        let began = clock.now
        var changes = watch.takeChanges()
        let clusterChanges = cluster?.watch.takeChanges()
        if let clusterChanges { take(clusterChanges, into: &changes) }
        for problem in changes.problems { logger.warning("\(problem)") }
        let hasNews = takeNews()
        guard !changes.isEmpty || hasNews || isTurnWanted else {
            return tellServed(clusterChanges)
        }
        isTurnWanted = false
        files.take(changes)
        let compilation = files.store.compile(at: now)
        let areCertificatesNew = takeCertificates(compilation)
        let isMapNew =
            compilation.gatewayMap != report.compilation?.gatewayMap ?? GatewayMap()
        report.compilation = compilation
        report.unreadable = files.unreadable
        let change = files.store.takeChange()
        if !change.isEmpty || areCertificatesNew || isMapNew || report.version == 0
            || builder.hasRoomForRefused
        {
            await publish(change, began: began)
        }
        board.report = report
        board.refuse(compilation.gatewayMap.refusals.first)
        want(compilation.names)
        followRollouts(compilation)
        say()
        if changes.isReload { logger.notice("reloaded, table version \(report.version)") }
        follow(compilation)
        tellServed(clusterChanges)
    }

    /// Has all be compiled again, though no manifest changed.
    private func wantTurn() {
        isTurnWanted = true
        watch.nudge()
    }

    /// Says whether they differ from those that were published.
    private func takeCertificates(_ compilation: Compilation) -> Bool {
        // To compare them takes longer, the more there are.
        if compilation.certificatesNumber == report.compilation?.certificatesNumber {
            return false
        }
        let before = certificates
        certificates = ServedCertificates(compilation)
        return certificates != before
    }

    private func publish(_ change: TableChange, began: ContinuousClock.Instant) async {
        if publisher.servedVersion() >= report.version { report.publishedAt = began }
        snapshot = builder.update(change)
        report.version = snapshot.version
        report.catalog = builder.catalog
        report.conflicts = builder.conflicts
        report.refusals = builder.refusals
        report.routeCount = builder.routeCount
        report.compiledCount = builder.compiledCount
        report.byteCount = builder.byteCount
        // Before the workers: a page must know every series that they may count.
        board.report = report
        publisher.publish(
            snapshot, certificates.set, report.compilation?.gatewayMap ?? GatewayMap())
        await waitUntilServed(snapshot.version)
        builder.reclaim(served: publisher.servedVersion())
        if change.routes.count > Self.manyRoutes {
            // What was replaced is free then.
            Crew.two.settle()
            HeapMemory.giveBack()
        }
        if builder.hasRoomForRefused { wantTurn() }
        // Without what this version replaced, where every worker serves it.
        report.byteCount = builder.byteCount
        report.applySeconds = (clock.now - began) / .seconds(1)
        logger.debug("table version \(snapshot.version) served after \(report.applySeconds) s")
    }

    private func waitUntilServed(_ version: UInt64) async {
        let deadline = clock.now + Self.serveTimeMax
        while publisher.servedVersion() < version {
            guard clock.now < deadline else {
                return logger.error("table version \(version) is not served by every worker")
            }
            do { try await Task.sleep(for: .milliseconds(1)) } catch { return }
        }
    }

    // MARK: Names

    /// Asks for the names that the manifests have now.
    private func want(_ wanted: Set<String>) {
        guard wanted != wantedNames else { return }
        wantedNames = wanted
        nameProblems = nameProblems.filter { wanted.contains($0.key) }
        answeredNames.formIntersection(wanted)
        names.want(wanted)
    }

    /// Waits for a first answer to each name, so that no early client gets a 503 for want of it.
    private func waitForNames() async {
        if wantedNames.isEmpty { return }
        let deadline = clock.now + Self.nameTimeMax
        while !answeredNames.isSuperset(of: wantedNames), clock.now < deadline {
            do { try await Task.sleep(for: .milliseconds(2)) } catch { return }
            if takeNews() { isTurnWanted = true }
        }
        await apply()
    }

    /// Whether there was any.
    private func takeNews() -> Bool {
        let items = news.take()
        for item in items where wantedNames.contains(item.name) {
            answeredNames.insert(item.name)
            files.store.setAddresses(ofName: item.name, item.addresses)
            nameProblems[item.name] = item.problem.isEmpty ? nil : item.problem
        }
        return !items.isEmpty
    }

    // MARK: Rollouts

    /// Nanoseconds since 1970.
    private var now: Int64 { Int64(Clock.wall()) }

    private func restoreRollouts() {
        guard let state else { return }
        do throws(GatewayFault) {
            keptRollouts = try state.rollouts()
            files.store.restore(rollouts: keptRollouts)
        } catch {
            logger.error("\(error)")
        }
    }

    /// Says that the newest steps are live, keeps them, and waits for the next.
    private func followRollouts(_ compilation: Compilation) {
        if let state, compilation.rollouts != keptRollouts {
            do throws(GatewayFault) {
                try state.keep(rollouts: compilation.rollouts)
                keptRollouts = compilation.rollouts
                stateProblem = nil
            } catch {
                stateProblem = error.description
            }
        }
        // A step counts from when every worker takes it: one that hangs is asked again later.
        let isServed = publisher.servedVersion() >= report.version
        let step =
            isServed
            ? files.store.served(at: now)
            : compilation.rollouts.isEmpty ? nil : now + 1_000_000_000
        // A pace that was just found must be kept too.
        if isServed, step != compilation.nextStepAt { wantTurn() }
        let next = [step, compilation.nextHoldAt].compactMap(\.self).min()
        stepTimer?.cancel()
        stepTimer = nil
        guard let next else { return }
        // A step that is due, and was not made just now, must not be asked for without pause.
        let wait: Duration = next > now ? .nanoseconds(next - now) : .seconds(1)
        stepTimer = Task {
            do { try await Task.sleep(for: wait) } catch { return }
            wantTurn()
        }
    }

    // MARK: The cluster

    /// How long the cluster is waited for where its objects were kept.
    private static let clusterTimeMax: Duration = .seconds(5)
    /// How long a Secret that is being asked for may hold up what is told.
    private static let secretTimeMax: Duration = .seconds(5)

    /// Waits for the cluster, or takes what was kept of it.
    private func load(from cluster: ClusterFeed) async {
        let kept = await cluster.keep?.objects() ?? [:]
        await wait(for: cluster, atMost: kept.isEmpty ? nil : Self.clusterTimeMax)
        keptFiles = Set(kept.keys)
        if cluster.watch.isSynced || Task.isCancelled { return }
        logger.warning("the cluster does not answer, \(kept.count) objects are served as kept")
        var changes = ManifestChanges()
        changes.loaded = kept
        files.take(changes)
        cluster.board.setKept()
    }

    /// Waits until all that is wanted was told, and says what is wrong meanwhile.
    private func wait(for cluster: ClusterFeed, atMost limit: Duration?) async {
        let deadline = limit.map { clock.now + $0 }
        while !cluster.watch.isSynced {
            if let deadline, clock.now >= deadline { return }
            say(cluster.watch.takeNotices())
            do { try await Task.sleep(for: .milliseconds(10)) } catch { return }
        }
    }

    private func say(_ notices: [ClusterNotice]) {
        for notice in notices {
            switch notice {
            case .failing(let text): logger.warning("\(text)")
            case .recovered(let text), .note(let text): logger.notice("\(text)")
            }
        }
    }

    private func take(_ news: ClusterChanges, into changes: inout ManifestChanges) {
        say(news.notices)
        var later = ManifestChanges()
        later.loaded = news.loaded
        later.vanished = news.vanished
        keptFiles.subtract(news.loaded.keys)
        keptFiles.subtract(news.vanished)
        if !keptFiles.isEmpty, news.isSynced {
            // Gone while nobody listened.
            later.vanished.formUnion(keptFiles)
            keptFiles = []
        }
        cluster?.keep?.take(later)
        changes.merge(later)
    }

    /// Asks the cluster for what the objects name.
    private func follow(_ compilation: Compilation) {
        guard let cluster else { return }
        if secretsWantedNumber != compilation.secretsWantedNumber {
            secretsWantedNumber = compilation.secretsWantedNumber
            let secrets = Set(
                compilation.secretsWanted.map { NamespacedPair($0.namespace, $0.name) })
            if secrets != wantedSecrets { areSecretsNew = true }
            wantedSecrets = secrets
            cluster.watch.want(secrets: secrets)
        }
        cluster.watch.want(
            endpointsOf: Set(
                compilation.servicesUnsliced.map { NamespacedPair($0.namespace, $0.name) }))
    }

    /// Tells the other replicas what every worker serves, once all is here that it names.
    private func tellServed(_ changes: ClusterChanges?) {
        guard let cluster, let changes, let compilation = report.compilation else { return }
        let isServed = publisher.servedVersion() >= report.version && keptFiles.isEmpty
        let heldFor = heldSince.map { clock.now - $0 } ?? .zero
        // What was told by when these changes were taken, and nothing asked for since.
        let isWhole = changes.isSynced && !areSecretsNew
        areSecretsNew = false
        if isServed, isWhole || heldFor >= Self.secretTimeMax {
            heldSince = nil
            var served = ServedBoard.Served(
                seen: changes.seen, reached: changes.reached, compilation)
            served.refusals = Dictionary(report.refusals.map { ($0.key, $0.reason) }) { $1 }
            cluster.board.set(served)
            return
        }
        heldSince = heldSince ?? clock.now
        if isLookDue { return }
        isLookDue = true
        let pause: Duration = keptFiles.isEmpty ? .milliseconds(50) : .seconds(1)
        Task {
            try? await Task.sleep(for: pause)
            isLookDue = false
            watch.nudge()
        }
    }

    // MARK: What is said

    /// Logs what is wrong now and was not said yet.
    private func say() {
        let errors = report.faults.map(\.description) + (stateProblem.map { [$0] } ?? [])
        // Those of routes are among the faults, with their places.
        let refusals = report.refusals.filter {
            report.compilation?.fault(ofRoute: $0.key, reason: $0.reason) == nil
        }.map { "\($0.key): not in the table: \($0.reason)" }
        let notices =
            (report.compilation?.notices ?? []).map(\.description)
            + nameProblems.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        for line in errors + refusals where !said.contains(line) { logger.error("\(line)") }
        for line in notices where !said.contains(line) { logger.warning("\(line)") }
        said = Set(errors + refusals + notices)
    }
}
