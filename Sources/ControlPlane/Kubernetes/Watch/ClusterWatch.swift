/// Follows everything in a cluster that a gateway needs.
package final class ClusterWatch: Sendable {
    /// What is ours in the cluster.
    package struct Options: Sendable {
        /// Where Knative's ConfigMaps are.
        package var systemNamespace = "knative-serving"
        /// Which Ingresses are ours.
        package var ingressClass = "weir.ingress.networking.knative.dev"
        package var pace = ReflectorPace()

        package init() {}
    }

    /// Says that there is something to take.
    package let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    /// Says that facts of Ingresses changed.
    package let factsSignals: AsyncStream<Void>
    private let factsSignal: AsyncStream<Void>.Continuation

    /// Begins to follow.
    package init(_ client: APIClient, options: Options) {
        (signals, signal) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        (factsSignals, factsSignal) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Takes what happened since the last call.
    package func takeChanges() -> ClusterChanges { ClusterChanges() }

    /// Has who waits for signals take a turn, though nothing changed; any thread.
    package func nudge() { signal.yield() }

    /// Ends the watches and the signals.
    package func stop() {
        signal.finish()
        factsSignal.finish()
    }

    // MARK: What is wanted beyond what is always followed

    /// Follows these Secrets, whatever their labels, and no others without ours.
    package func want(secrets: Set<NamespacedPair>) {}

    /// Asks for the Endpoints of these Services now and then, and for no others.
    package func want(endpointsOf services: Set<NamespacedPair>) {}

    // MARK: How it is

    /// Whether everything that is wanted was told once.
    package var isSynced: Bool { false }

    /// Waits until everything that is wanted was told once; false when it was stopped before.
    package func waitUntilSynced() async -> Bool { false }

    /// Seconds since everything was known to be current; 0 while it is.
    package var staleness: Double { 0 }

    /// What is wrong now, a line each.
    package var problems: [String] { [] }

    /// Ingresses of others, by class; the empty text for those without one.
    package var foreignIngresses: [String: Int] { [:] }

    // MARK: Facts

    /// What the API server has of one of our Ingresses; nil where it is not there, or not ours.
    package func facts(of pair: NamespacedPair) -> IngressFacts? { nil }

    /// What it has of all of ours.
    package var allFacts: [IngressFacts] { [] }

    /// Takes the names of those whose facts changed, or that are gone, since the last call.
    package func takeChangedFacts() -> Set<NamespacedPair> { [] }
}
