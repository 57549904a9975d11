internal import Foundation
internal import Logging
internal import Manifests
internal import Reactor

/// Writes the status of Ingresses while this replica leads: one write for each change of it.
///
/// An Ingress is called ready when every replica that counts serves this version of it, with all
/// that its shares need. Once ready, it stays so for this version: addresses come and go.
actor StatusKeeper {
    /// A status that says what is missing is written when that lasts: most is there at once.
    private static let patience: Duration = .seconds(1)
    /// From then on a replica that does not serve a version is named.
    private static let nameAfter: Duration = .seconds(30)
    /// How often all Ingresses are looked at, not only those that wait.
    private static let sweepAfter: Duration = .seconds(1)
    /// What only time changes is looked at so often.
    private static let lookAfter: Duration = .milliseconds(250)
    /// Looks take at most one part in so many of the time.
    private static let lookCost = 10
    /// LIMIT: lines that are kept so as not to be said again.
    private static let saidMax = 100
    /// LIMIT: writes under way.
    private static let writesMax = 16

    private let client: APIClient
    private let board: ServedBoard
    private let book: StatusBook
    private let roster: ReplicaRoster
    private let leadership: Leadership
    private let balancers: IngressOutcome.Balancers
    /// The name of this replica's own Lease.
    private let ownLease: String
    private let logger: Logger
    private let clock = ContinuousClock()
    private let pokes: AsyncStream<Void>
    private let poke: AsyncStream<Void>.Continuation

    /// What a version waits for.
    private struct Wait {
        var uid: String
        var generation: Int64
        let since: ContinuousClock.Instant
        /// What replicas must serve; nil while something is missing here.
        var need: ClusterVersions?
        /// What was missing, as of a state of the board.
        var lack: (sequence: UInt64, text: String)?
        /// What a version of the object says already.
        var told: (outcome: IngressOutcome, resourceVersion: String)?
    }

    /// A write that failed.
    private struct Delay {
        /// Not written again before.
        var until: ContinuousClock.Instant
        var failures: Int
    }

    /// What a look would see: nothing else can change what it finds.
    private struct View: Equatable {
        var sequence: UInt64
        var changeCount: UInt64
        var floor: ClusterVersions?
        /// Spans of `lookAfter` since the start.
        var span: Int
    }

    /// How far this replica had got at the last turn.
    private var reached = ClusterVersions()
    private var waits: [NamespacedPair: Wait] = [:]
    private var delays: [NamespacedPair: Delay] = [:]
    private var writing: Set<NamespacedPair> = []
    /// Those that this look is still to take, in no order.
    private var queue: [NamespacedPair] = []
    private var seen: View?
    /// Whether this look takes all, and what the last such look saw.
    private var sweptAt: ContinuousClock.Instant?
    private var swept: (sequence: UInt64, changeCount: UInt64)?
    /// What this look took, and when the next one may begin.
    private var lookTime = Duration.zero
    private var nextLookAt: ContinuousClock.Instant?
    private var isNudgeDue = false
    private let startedAt = ContinuousClock.now
    /// Lines that were said; each is said once.
    private var said: Set<String> = []

    init(
        client: APIClient, board: ServedBoard, book: StatusBook, roster: ReplicaRoster,
        leadership: Leadership, balancers: IngressOutcome.Balancers, ownLease: String,
        logger: Logger
    ) {
        self.client = client
        self.board = board
        self.book = book
        self.roster = roster
        self.leadership = leadership
        self.balancers = balancers
        self.ownLease = ownLease
        self.logger = logger
        (pokes, poke) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Has it look at what waits; any thread.
    nonisolated func nudge() { poke.yield() }

    /// Ends `run`, when what is being written is written.
    nonisolated func stop() { poke.finish() }

    /// Writes at each nudge, until stopped.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await _ in pokes {
                for write in turn() {
                    group.addTask { await self.send(write) }
                }
            }
        }
    }

    /// A status to be written.
    private struct Write: Sendable {
        var pair: NamespacedPair
        var facts: IngressFacts
        var status: IngressStatus
        var isReady: Bool
    }

    private func turn() -> [Write] {
        note(board.served?.reached)
        // Who sees its own Lease renewed sees those of the others.
        guard leadership.isLeader, roster.isListed, let served = board.served,
            roster.live(at: clock.now).contains(ownLease)
        else {
            // Whoever leads later has its own patience.
            waits = [:]
            queue = []
            seen = nil
            sweptAt = nil
            return []
        }
        let now = clock.now
        leadership.admitReplicas()
        let floor = roster.floor(at: now)
        if queue.isEmpty { beginLook(served, floor, now) }
        if queue.isEmpty { return [] }
        let writes = takeQueue(served, floor, now)
        lookTime += clock.now - now
        if queue.isEmpty { nextLookAt = clock.now + lookTime * (Self.lookCost - 1) }
        return writes
    }

    /// Forgets what later versions were waited for where this replica has gone back: a cluster that
    /// was restored counts from where it was.
    private func note(_ now: ClusterVersions?) {
        guard let now else { return }
        if !now.covers(reached) {
            logger.notice("the cluster was restored: its versions are earlier than before")
            waits = [:]
            book.believeEchoes()
            roster.distrust()
            leadership.goBack(to: now)
        }
        reached = now
        roster.trust(upTo: now)
    }

    /// Puts into the queue what is to be looked at, if anything can have changed.
    private func beginLook(
        _ served: ServedBoard.Served, _ floor: ClusterVersions?, _ now: ContinuousClock.Instant
    ) {
        let view = View(
            sequence: served.sequence, changeCount: book.changeCount, floor: floor,
            span: Int((now - startedAt) / Self.lookAfter))
        guard view != seen else { return }
        if let nextLookAt, now < nextLookAt { return nudge(at: nextLookAt) }
        seen = view
        lookTime = .zero
        let isOther = swept.map { $0 != (view.sequence, view.changeCount) } ?? true
        if let sweptAt, now - sweptAt < Self.sweepAfter || !isOther {
            // What failed is tried again, though nothing else changes.
            queue = Array(book.waiting.union(delays.keys))
            return
        }
        sweptAt = now
        swept = (view.sequence, view.changeCount)
        waits = waits.filter { book.entry($0.key) != nil }
        delays = delays.filter { book.entry($0.key) != nil }
        queue = book.all
    }

    private func nudge(at time: ContinuousClock.Instant) {
        if isNudgeDue { return }
        isNudgeDue = true
        Task {
            try? await clock.sleep(until: time)
            isNudgeDue = false
            nudge()
        }
    }

    /// Goes on with the queue, as long as more may be written at once.
    private func takeQueue(
        _ served: ServedBoard.Served, _ floor: ClusterVersions?, _ now: ContinuousClock.Instant
    ) -> [Write] {
        var writes: [Write] = []
        while writing.count < Self.writesMax, let pair = queue.popLast() {
            guard !writing.contains(pair), let entry = book.entry(pair), !entry.facts.isDeleting,
                let outcome = outcome(pair, entry, served, floor, now)
            else { continue }
            if let write = write(outcome, pair, entry, now) {
                writing.insert(pair)
                writes.append(write)
            }
        }
        return writes
    }

    /// Nil where the status says it already, or where it is too early to say it.
    private func write(
        _ outcome: IngressOutcome, _ pair: NamespacedPair, _ entry: StatusBook.Entry,
        _ now: ContinuousClock.Instant
    ) -> Write? {
        guard isTime(pair, outcome, now) else { return nil }
        if let told = waits[pair]?.told, told == (outcome, entry.facts.resourceVersion) {
            return nil
        }
        let status = outcome.status(
            after: entry.status, generation: entry.facts.generation, balancers,
            at: Clock.wall())
        if status.isSame(as: entry.status) {
            waits[pair]?.told = (outcome, entry.facts.resourceVersion)
            if outcome == .ready { waits[pair] = nil }
            delays[pair] = nil
            return nil
        }
        if outcome == .ready {
            var need = waits[pair]?.need ?? ClusterVersions()
            need.advance(.ingresses, to: entry.facts.resourceVersion)
            leadership.noteReady(need)
        }
        return Write(pair: pair, facts: entry.facts, status: status, isReady: outcome == .ready)
    }

    /// Nil while this version is not compiled here yet.
    private func outcome(
        _ pair: NamespacedPair, _ entry: StatusBook.Entry, _ served: ServedBoard.Served,
        _ floor: ClusterVersions?, _ now: ContinuousClock.Instant
    ) -> IngressOutcome? {
        let facts = entry.facts
        let isReady = entry.isReady
        if !isReady, waits[pair]?.uid != facts.uid || waits[pair]?.generation != facts.generation {
            waits[pair] = Wait(uid: facts.uid, generation: facts.generation, since: now)
        }
        // Most wait for the same: what changed nothing for them costs little.
        if let need = waits[pair]?.need, floor?.covers(need) == false { return lagging(pair, now) }
        if let lack = waits[pair]?.lack, lack.sequence == served.sequence {
            return .waiting(lack.text)
        }
        guard
            let verdict = served.compilation.verdict(
                pair.namespace, pair.name, withLacks: !isReady),
            verdict.uid == facts.uid, verdict.generation == facts.generation
        else { return nil }
        if !verdict.faults.isEmpty { return .refused(verdict.faults.joined(separator: "; ")) }
        if let loss = verdict.losses.first {
            let others = verdict.losses.count - 1
            let more = others == 0 ? "" : ", and \(others) more of its hosts are another's"
            return .conflict("host \(loss.host) is served by the older \(loss.winner)\(more)")
        }
        if let reason = served.refusals["\(pair.namespace)/\(pair.name)"] {
            return .refused("spec: is not in the table: \(reason)")
        }
        if isReady { return .ready }
        guard verdict.lacks.isEmpty else {
            let text = verdict.lacks.joined(separator: "; ")
            waits[pair]?.need = nil
            waits[pair]?.lack = (served.sequence, text)
            return .waiting(text)
        }
        let need = waits[pair]?.need ?? served.seen
        waits[pair]?.need = need
        waits[pair]?.lack = nil
        return floor?.covers(need) == false ? lagging(pair, now) : .ready
    }

    private func lagging(_ pair: NamespacedPair, _ now: ContinuousClock.Instant) -> IngressOutcome {
        guard let wait = waits[pair], let need = wait.need, now - wait.since >= Self.nameAfter
        else {
            return .waiting("replicas have yet to serve it")
        }
        let names = roster.lagging(behind: need, at: now).prefix(8).joined(separator: ", ")
        return .waiting(
            "not served for \(Self.nameAfter.components.seconds) s by replica \(names)")
    }

    /// Whether a status is to be written now rather than later.
    private func isTime(
        _ pair: NamespacedPair, _ outcome: IngressOutcome, _ now: ContinuousClock.Instant
    ) -> Bool {
        if let delay = delays[pair], now < delay.until { return false }
        guard let wait = waits[pair] else { return true }
        if case .waiting = outcome { return now - wait.since >= Self.patience }
        return true
    }

    // MARK: Writing

    private func send(_ write: Write) async {
        defer {
            writing.remove(write.pair)
            nudge()
        }
        guard leadership.isLeader else { return }
        do throws(APIFault) {
            let body = Self.body(write)
            // Within what is left of the Lease: nobody else leads before it has ended.
            let answer = try await client.soon { client throws(APIFault) in
                try await client.replace(
                    .ingresses, namespace: write.pair.namespace, name: write.pair.name,
                    subresource: "status", body: body)
            }
            book.wrote(
                write.status, of: write.pair, uid: write.facts.uid,
                version: try ObjectVersion(answer).metadata.resourceVersion)
            delays[write.pair] = nil
            if write.isReady { waits[write.pair] = nil }
        } catch {
            postpone(error, write.pair)
            if case .conflict = error { await lookAgain(write.pair) }
        }
    }

    /// Reads what is there: somebody else wrote, and the watch may be long in telling it.
    private func lookAgain(_ pair: NamespacedPair) async {
        do throws(APIFault) {
            let slices = JSONSlices(
                try await client.get(.ingresses, namespace: pair.namespace, name: pair.name))
            guard let range = slices.whole,
                let object = ClusterObject(slices, range, .ingresses)
            else { return }
            // A newer generation waits until it is compiled here.
            book.set(pair, IngressFacts(object), isAnswer: true)
        } catch {
            logger.debug("Ingress \(pair): \(error.text)")
        }
    }

    /// Tries again later: at the next news of it where somebody else wrote, and in any case soon.
    private func postpone(_ fault: APIFault, _ pair: NamespacedPair) {
        let failures = min((delays[pair]?.failures ?? 0) + 1, 6)
        let wait: Duration =
            switch fault {
            case .conflict, .notFound: .milliseconds(200)
            default: .milliseconds(500 << failures)
            }
        delays[pair] = Delay(until: clock.now + wait, failures: failures)
        let line = "status of Ingress \(pair): \(fault.text)"
        switch fault {
        case .conflict, .notFound: logger.debug("\(line)")
        default:
            if said.count >= Self.saidMax { said = [] }
            if said.insert(fault.text).inserted { logger.warning("\(line)") }
        }
    }

    private static func body(_ write: Write) -> [UInt8] {
        let object = StatusObject(
            apiVersion: APIResource.ingresses.apiVersion, kind: APIResource.ingresses.kind,
            metadata: .init(
                name: write.pair.name, namespace: write.pair.namespace, uid: write.facts.uid,
                resourceVersion: write.facts.resourceVersion), status: write.status)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(object) else {
            preconditionFailure("texts and numbers can be encoded")
        }
        return Array(data)
    }
}

/// What goes to the status subresource, which takes nothing else from an object.
private struct StatusObject: Codable {
    var apiVersion: String
    var kind: String
    var metadata: Metadata
    var status: IngressStatus

    struct Metadata: Codable {
        var name: String
        var namespace: String
        var uid: String
        var resourceVersion: String
    }
}

/// The version in an answer.
private struct ObjectVersion: Decodable {
    var metadata: Metadata

    struct Metadata: Decodable {
        var resourceVersion: String
    }

    init(_ json: [UInt8]) throws(APIFault) {
        do {
            self = try JSONDecoder().decode(ObjectVersion.self, from: Data(json))
        } catch {
            throw .invalid("the server's answer has no version")
        }
    }
}
