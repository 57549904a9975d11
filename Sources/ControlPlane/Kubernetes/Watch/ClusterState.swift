/// What a cluster's watch holds: who tells, what was told, and what is wanted.
///
/// Lives behind the watch's lock; does nothing by itself.
struct ClusterState: Sendable {
    /// LIMIT: Services whose Endpoints are asked for.
    private static let endpointsMax = 1024
    /// LIMIT: questions for single objects at one time.
    private static let questionsMax = 8
    /// Secrets that Knative's own controllers make for certificates.
    private static let certificateLabel = "networking.internal.knative.dev/certificate-uid"

    private let client: APIClient
    private let options: ClusterWatch.Options
    private let turnstile = Turnstile(Self.questionsMax)
    private let labelled = ClusterSource.always(
        WatchScope(.secrets, labelSelector: Self.certificateLabel))

    var fold: ClusterFold
    private(set) var health: ClusterHealth
    /// Counts what was told, so that one sees whether more came.
    private(set) var events = 0
    /// Who tells; nil for a task that is about to begin.
    private var tasks: [ClusterSource: Task<Void, Never>?] = [:]
    private var new: [ClusterSource] = []
    private var wantedSecrets: Set<NamespacedPair> = []
    private var secrets: SecretPlan
    private var leftOut = 0
    private var waiters: [AsyncStream<Void>.Continuation] = []
    /// Endpoints may not be read: nobody asks for them any more.
    private var areEndpointsForbidden = false
    private var isStopped = false

    init(_ client: APIClient, _ options: ClusterWatch.Options) {
        self.client = client
        self.options = options
        health = ClusterHealth(waitsForEndpoints: options.waitsForEndpoints)
        fold = ClusterFold(ingressClass: options.ingressClass)
        secrets = SecretPlan(watchedMax: options.watchedSecretsMax)
    }

    // MARK: Sources

    /// Begins what is followed always.
    mutating func start(now: ContinuousClock.Instant) {
        let scopes = [
            WatchScope(.ingresses), WatchScope(.services), WatchScope(.endpointSlices),
            WatchScope(.configMaps, namespace: options.systemNamespace),
        ]
        for source in scopes.map({ ClusterSource.always($0) }) + [labelled] {
            begin(source, now: now)
        }
    }

    /// Ends all sources for good.
    mutating func stop() {
        isStopped = true
        for task in tasks.values { task?.cancel() }
        tasks = [:]
        new = []
        tellWaiters()
    }

    /// Sources that nobody follows yet.
    mutating func takeNew() -> [ClusterSource] {
        defer { new = [] }
        return new.filter { tasks[$0] != nil }
    }

    /// Takes who follows a source from now on.
    mutating func keep(_ task: Task<Void, Never>, for source: ClusterSource) {
        tasks[source] = .some(task)
    }

    /// What follows a source until its task is cancelled.
    func runner(
        of source: ClusterSource
    ) -> @Sendable (@escaping @Sendable (ClusterEvent) async -> Void) async -> Void {
        let (client, options, turnstile) = (client, options, turnstile)
        switch source {
        case .always(let scope):
            return { await Reflector(client, scope, pace: options.pace).run($0) }
        case .secret:
            return { await Reflector(client, source.scope, pace: options.pace).run($0) }
        case .polledSecret(let pair):
            let pace = Poller.Pace(first: options.secretEvery, most: options.secretEvery)
            return {
                await Poller(
                    client: client, resource: .secrets, pair: pair, pace: pace,
                    turnstile: turnstile
                ).run($0)
            }
        case .polledEndpoints(let pair):
            let pace = Poller.Pace(
                first: options.endpointsEvery.lowerBound, most: options.endpointsEvery.upperBound)
            return {
                await Poller(
                    client: client, resource: .endpoints, pair: pair, pace: pace,
                    turnstile: turnstile
                ).run($0)
            }
        }
    }

    private mutating func begin(_ source: ClusterSource, now: ContinuousClock.Instant) {
        guard !isStopped, tasks[source] == nil else { return }
        tasks[source] = .some(nil)
        new.append(source)
        health.add(source, now: now)
    }

    private mutating func end(_ source: ClusterSource, now: ContinuousClock.Instant) {
        guard let task = tasks.removeValue(forKey: source) else { return }
        task?.cancel()
        fold.drop(source)
        fold.tell(health.drop(source, now: now))
    }

    // MARK: What is wanted

    mutating func want(secrets: Set<NamespacedPair>, now: ContinuousClock.Instant) {
        guard secrets != wantedSecrets else { return }
        wantedSecrets = secrets
        planSecrets(losing: [], now: now)
    }

    mutating func want(endpointsOf services: Set<NamespacedPair>, now: ContinuousClock.Instant) {
        let asked = tasks.keys.filter { if case .polledEndpoints = $0 { true } else { false } }
        var wanted: Set<ClusterSource> = []
        if !areEndpointsForbidden {
            let sources = services.map { ClusterSource.polledEndpoints($0) }
            wanted = Set(sources.filter { tasks[$0] != nil })
            for source in sources where wanted.count < Self.endpointsMax { wanted.insert(source) }
        }
        for source in wanted { begin(source, now: now) }
        for source in asked where !wanted.contains(source) { end(source, now: now) }
    }

    /// Decides anew which Secrets are followed by name: those that are wanted and that Knative's
    /// label does not bring, or will not when it has lost these.
    private mutating func planSecrets(
        losing lost: Set<NamespacedPair>, now: ContinuousClock.Instant
    ) {
        // Before it answered, a name would be asked for that it brings anyway.
        guard health.hasAnswered(labelled) else { return }
        let needed = wantedSecrets.filter { lost.contains($0) || !fold.has($0, labelled) }
        let left = secrets.want(needed)
        if left > 0, leftOut == 0 {
            fold.tell([.failing("\(left) Secrets are too many, and not followed")])
        }
        leftOut = left
        let wanted = Set(
            secrets.watched.map { ClusterSource.secret($0) }
                + secrets.polled.map { .polledSecret($0) })
        // First who comes, then who goes: what both have stays.
        for source in wanted where tasks[source] == nil {
            begin(source, now: now)
            fold.presume(source)
        }
        for source in tasks.keys where source.isNamedSecret && !wanted.contains(source) {
            end(source, now: now)
        }
    }

    // MARK: What is told

    /// Takes an event; one of a source that has ended is nothing any more.
    mutating func take(
        _ event: ClusterEvent, from source: ClusterSource, now: ContinuousClock.Instant
    ) {
        guard tasks[source] != nil else { return }
        events += 1
        if case .polledEndpoints = source, case .failing(.forbidden(let why)) = event {
            return forbidEndpoints(why, now: now)
        }
        if source == labelled {
            let lost = lost(by: event)
            if !lost.isEmpty { planSecrets(losing: lost, now: now) }
        }
        fold.take(event, from: source)
        fold.tell(health.take(event, from: source, now: now))
        if source == labelled { planSecrets(losing: [], now: now) }
    }

    /// Wanted Secrets that the label brought, and does not from this event on.
    private func lost(by event: ClusterEvent) -> Set<NamespacedPair> {
        switch event {
        case .gone(let namespace, let name):
            return wantedSecrets.intersection([NamespacedPair(namespace, name)])
        case .listed(let objects):
            let had = wantedSecrets.filter { fold.has($0, labelled) }
            return had.isEmpty ? [] : had.subtracting(objects.map(\.pair))
        default: return []
        }
    }

    private mutating func forbidEndpoints(_ why: String, now: ContinuousClock.Instant) {
        areEndpointsForbidden = true
        want(endpointsOf: [], now: now)
        fold.tell([
            .note("endpoints: \(APIFault.forbidden(why).text); EndpointSlices alone are followed")
        ])
    }

    // MARK: Waiting

    var isSynced: Bool { !isStopped && health.isSynced }

    /// Has somebody wait until all is told.
    mutating func wait(_ waiter: AsyncStream<Void>.Continuation) {
        waiters.append(waiter)
        tellWaiters()
    }

    mutating func tellWaiters() {
        guard !waiters.isEmpty, isStopped || health.isSynced else { return }
        for waiter in waiters { waiter.finish() }
        waiters = []
    }
}
