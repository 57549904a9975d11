internal import Synchronization

/// Follows everything in a cluster that a gateway needs, and tells it as files of manifests.
///
/// A single change is told at once; what comes within two milliseconds of one another is told
/// together.
package final class ClusterWatch: Sendable {
    /// What is ours in the cluster.
    package struct Options: Sendable {
        /// Where Knative's ConfigMaps are.
        package var systemNamespace = "knative-serving"
        /// Which Ingresses are ours.
        package var ingressClass = "weir.ingress.networking.knative.dev"
        package var pace = ReflectorPace()
        /// LIMIT: Secrets that are watched by name; more are asked for now and then.
        package var watchedSecretsMax = SecretPlan.watchedMax
        /// How often a Secret is asked for that is not watched.
        package var secretEvery: Duration = .seconds(30)
        /// How soon Endpoints are asked for again at first, and how late at last.
        package var endpointsEvery: ClosedRange<Duration> = .seconds(1) ... .seconds(30)
        /// Whether Endpoints that are asked for belong to what `waitUntilSynced` waits for.
        package var waitsForEndpoints = false

        package init() {}
    }

    /// How long it must be quiet before changes are told, and how long that may take at most.
    private static let quiet: Duration = .milliseconds(2)
    private static let patience: Duration = .milliseconds(20)

    /// Says that there is something to take.
    package let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    /// Says that facts of Ingresses changed.
    package let factsSignals: AsyncStream<Void>
    private let factsSignal: AsyncStream<Void>.Continuation
    /// Says that changes are folded, and may not be all.
    private let pokes: AsyncStream<Void>
    private let poke: AsyncStream<Void>.Continuation

    private let clock = ContinuousClock()
    private let shared: Mutex<ClusterState>

    /// Begins to follow.
    package init(_ client: APIClient, options: Options) {
        (signals, signal) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        (factsSignals, factsSignal) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        (pokes, poke) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        shared = Mutex(ClusterState(client, options))
        change { $0.start(now: $1) }
        Task { [weak self, pokes] in
            for await _ in pokes { await self?.gather() }
        }
    }

    deinit { stop() }

    /// Takes what happened since the last call.
    package func takeChanges() -> ClusterChanges {
        shared.withLock { state in
            var changes = state.fold.takeChanges()
            changes.isSynced = state.isSynced
            return changes
        }
    }

    /// Takes what is to be said, and leaves the changes.
    package func takeNotices() -> [ClusterNotice] { shared.withLock { $0.fold.takeNotices() } }

    /// Has who waits for signals take a turn, though nothing changed; any thread.
    package func nudge() { signal.yield() }

    /// Ends the watches and the signals.
    package func stop() {
        shared.withLock { $0.stop() }
        poke.finish()
        signal.finish()
        factsSignal.finish()
    }

    // MARK: What is wanted beyond what is always followed

    /// Follows these Secrets, whatever their labels, and no others that lack Knative's label.
    package func want(secrets: Set<NamespacedPair>) {
        change { $0.want(secrets: secrets, now: $1) }
    }

    /// Asks for the Endpoints of these Services now and then, and for no others.
    package func want(endpointsOf services: Set<NamespacedPair>) {
        change { $0.want(endpointsOf: services, now: $1) }
    }

    // MARK: How it is

    /// Whether everything that is wanted was told once.
    package var isSynced: Bool { shared.withLock { $0.isSynced } }

    /// Waits until everything that is wanted was told once; false when it was stopped, or the task
    /// cancelled, before.
    ///
    /// What is taken earlier may be an Ingress without its Services: who starts waits first, and
    /// once more when it has said which Secrets it wants.
    package func waitUntilSynced() async -> Bool {
        let (stream, waiter) = AsyncStream.makeStream(of: Void.self)
        shared.withLock { $0.wait(waiter) }
        for await _ in stream { break }
        return isSynced && !Task.isCancelled
    }

    /// Seconds since everything was known to be current; 0 while it is.
    package var staleness: Double {
        let now = clock.now
        return shared.withLock { $0.health.staleness(now: now) } / .seconds(1)
    }

    /// What is wrong now, a line each.
    package var problems: [String] { shared.withLock { $0.health.problems } }

    /// Ingresses of others, by class; the empty text for those without one.
    package var foreignIngresses: [String: Int] { shared.withLock { $0.fold.foreignCounts } }

    // MARK: Facts

    /// What the API server has of one of our Ingresses; nil where it is not there, or not ours.
    package func facts(of pair: NamespacedPair) -> IngressFacts? {
        shared.withLock { $0.fold.facts[pair] }
    }

    /// What it has of all of ours.
    package var allFacts: [IngressFacts] { shared.withLock { Array($0.fold.facts.values) } }

    /// Takes the names of those whose facts changed, or that are gone, since the last call.
    package func takeChangedFacts() -> Set<NamespacedPair> {
        shared.withLock { $0.fold.takeChangedFacts() }
    }

    // MARK: What sources tell

    /// Changes the state, then starts who is to tell from now on and says what is to be said.
    private func change(_ body: (inout ClusterState, ContinuousClock.Instant) -> Void) {
        let now = clock.now
        let (hasChanges, hasFacts) = shared.withLock { state in
            body(&state, now)
            for source in state.takeNew() {
                state.keep(follow(source, state), for: source)
            }
            state.tellWaiters()
            return (state.fold.hasChanges, state.fold.hasChangedFacts)
        }
        if hasChanges { poke.yield() }
        if hasFacts { factsSignal.yield() }
    }

    private func follow(_ source: ClusterSource, _ state: ClusterState) -> Task<Void, Never> {
        let take: @Sendable (ClusterEvent) async -> Void = { [weak self] event in
            self?.change { $0.take(event, from: source, now: $1) }
        }
        let run = state.runner(of: source)
        return Task { await run(take) }
    }

    /// Waits until it is quiet or patience ends, then has changes taken.
    private func gather() async {
        let end = clock.now + Self.patience
        var seen = shared.withLock { $0.events }
        while clock.now < end {
            try? await Task.sleep(for: Self.quiet)
            let now = shared.withLock { $0.events }
            if now == seen { break }
            seen = now
        }
        signal.yield()
    }
}
