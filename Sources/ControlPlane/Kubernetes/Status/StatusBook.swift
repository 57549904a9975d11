internal import Synchronization

/// The status of each Ingress of ours, as the API server has it; any thread.
final class StatusBook: Sendable {
    struct Entry: Sendable {
        var facts: IngressFacts
        var status: IngressStatus
        /// Whether that calls its generation ready, as we do.
        var isReady: Bool
        /// When this replica wrote it or asked for it; nil where the watch told it.
        var ownAt: ContinuousClock.Instant?
        /// What the watch told since, and was taken for an echo.
        var echo: IngressFacts?
    }

    private struct State {
        var entries: [NamespacedPair: Entry] = [:]
        /// Those that are not ready for their generation.
        var waiting: Set<NamespacedPair> = []
        var changeCount: UInt64 = 0
        /// When the newest of those began to wait.
        var waitingSince: ContinuousClock.Instant?
    }

    /// How long the watch may be in telling what was written here.
    ///
    /// An older version after that is the truth: a cluster that was restored counts from where it was.
    private static let echoTimeMax: Duration = .seconds(30)
    /// How long an Ingress that waits has others hurry: some never become ready.
    private static let hurry: Duration = .seconds(30)

    private let balancers: IngressOutcome.Balancers
    private let state = Mutex(State())

    /// `balancers` stand in the status of what we have called ready.
    init(_ balancers: IngressOutcome.Balancers) { self.balancers = balancers }

    /// Counts what was changed here.
    var changeCount: UInt64 { state.withLock { $0.changeCount } }

    /// Whether any Ingress waits to be called ready, and not for long yet.
    var isAnyWaiting: Bool {
        let now = ContinuousClock.now
        return state.withLock { state in
            guard !state.waiting.isEmpty, let since = state.waitingSince else { return false }
            return now - since < Self.hurry
        }
    }

    /// How many there are, and how many of them wait.
    var counts: (all: Int, waiting: Int) {
        state.withLock { ($0.entries.count, $0.waiting.count) }
    }

    /// Those that wait to be called ready.
    var waiting: Set<NamespacedPair> { state.withLock { $0.waiting } }

    /// All that there are.
    var all: [NamespacedPair] { state.withLock { Array($0.entries.keys) } }

    func entry(_ pair: NamespacedPair) -> Entry? { state.withLock { $0.entries[pair] } }

    /// Takes what the API server has now; nil where it has none.
    ///
    /// `isAnswer`: this replica asked, and did not wait for the watch.
    func set(_ pair: NamespacedPair, _ facts: IngressFacts?, isAnswer: Bool = false) {
        guard let facts else {
            return state.withLock { state in
                state.entries[pair] = nil
                state.waiting.remove(pair)
                state.changeCount += 1
            }
        }
        let status = IngressStatus(text: facts.status)
        state.withLock { state in
            if let old = state.entries[pair], old.facts.uid == facts.uid,
                VersionOrder.isOlder(facts.resourceVersion, than: old.facts.resourceVersion),
                isAnswer || old.ownAt.map({ .now - $0 < Self.echoTimeMax }) == true
            {
                // The echo of what came before, or an answer that the watch has overtaken.
                if !isAnswer { state.entries[pair]?.echo = facts }
                return
            }
            put(status, facts, ownAt: isAnswer ? .now : nil, pair, &state)
        }
    }

    /// Believes the watch, not what was written here: the cluster was restored.
    func believeEchoes() {
        state.withLock { state in
            for (pair, entry) in state.entries {
                state.entries[pair]?.ownAt = nil
                guard let facts = entry.echo else { continue }
                put(IngressStatus(text: facts.status), facts, ownAt: nil, pair, &state)
            }
        }
    }

    /// Takes what was just written, until the watch tells it.
    func wrote(_ status: IngressStatus, of pair: NamespacedPair, uid: String, version: String) {
        state.withLock { state in
            guard var facts = state.entries[pair]?.facts, facts.uid == uid,
                VersionOrder.isOlder(facts.resourceVersion, than: version)
            else { return }
            facts.resourceVersion = version
            put(status, facts, ownAt: .now, pair, &state)
        }
    }

    private func put(
        _ status: IngressStatus, _ facts: IngressFacts, ownAt: ContinuousClock.Instant?,
        _ pair: NamespacedPair, _ state: inout State
    ) {
        let entry = Entry(
            facts: facts, status: status,
            isReady: status.isReady(for: facts.generation, at: balancers), ownAt: ownAt)
        let old = state.entries.updateValue(entry, forKey: pair)
        state.changeCount += 1
        if entry.isReady {
            state.waiting.remove(pair)
        } else {
            let isNew = state.waiting.insert(pair).inserted
            if isNew || old?.facts.generation != entry.facts.generation {
                state.waitingSince = .now
            }
        }
    }
}
