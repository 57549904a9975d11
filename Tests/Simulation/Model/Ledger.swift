/// What was asked, what was answered, and whether one follows from the other.
package final class Ledger {
    /// What happened that may keep a request from its answer.
    package enum Cause: Equatable, Sendable {
        case kernel(SimulatedKernel.Fault)
        /// An upstream closed a connection on which nothing was asked.
        case idleClose
        /// An upstream of the revision was connected to that never says anything.
        case silence(revision: String)
        /// An upstream's connection that many share came to an end.
        case sharedEnd
        case jump
        /// The worker was told to end, some time ago.
        case drain
        /// It may have closed its listeners.
        case deafness
        /// It may have cut what was left.
        case drainEnd
    }

    /// A table, and when it was in force.
    package struct Era: Sendable {
        package let table: TableModel
        package let publishedAt: UInt64
        package var replacedAt: UInt64?
    }

    /// Nanoseconds for which the worker reads away what nobody wants, at least, and for which it waits
    /// for who says nothing meanwhile.
    private static let lingering: UInt64 = 29_900_000_000
    private static let pausing: UInt64 = 1_990_000_000
    /// Nanoseconds for which the worker waits for who takes next to nothing of an answer, at least; from
    /// when, the ledger cannot tell: not from before the request.
    private static let stalling: UInt64 = 300_000_000_000

    /// Nanoseconds after which a client that has nothing under way may be closed for others' sake.
    private static let idling: UInt64 = 1_990_000_000
    /// Nanoseconds that what else happens during a call may take.
    private static let atOnce: UInt64 = 10_000_000

    package private(set) var asks: [Ask] = []
    package private(set) var eras: [Era] = []
    private var causes: [(time: UInt64, cause: Cause, wire: Wire?)] = []
    /// The first thing that must not be.
    package private(set) var violation: String?
    /// Clients that met nobody, and requests that were cut at a drain's end.
    package private(set) var turnedAwayCount = 0
    package private(set) var cutByDrainCount = 0
    private var stays: [String: Stay] = [:]

    private struct Stay {
        let revision: String
        let route: TableModel.Route
    }

    package init() {}

    package func violate(_ text: String) { if violation == nil { violation = text } }

    /// A table is published.
    package func begin(_ table: TableModel, at time: UInt64) {
        eras.append(Era(table: table, publishedAt: time, replacedAt: nil))
    }

    /// The worker serves that version; true when an older one is over only now.
    package func serve(version: Int, at time: UInt64) -> Bool {
        let over = eras.indices.prefix(max(version - 1, 0)).filter { eras[$0].replacedAt == nil }
        for index in over { eras[index].replacedAt = time }
        return !over.isEmpty
    }

    /// Notes what may be the cause of faults up to that time; what an upstream does on a connection
    /// may be until the worker knows of it.
    package func note(_ cause: Cause, at time: UInt64, on wire: Wire? = nil) {
        causes.append((time, cause, wire))
    }

    /// A new request, which is numbered by its place.
    package func add(_ make: (Int) -> Ask) -> Ask {
        let ask = make(asks.count)
        asks.append(ask)
        return ask
    }

    /// Requests that nothing became of so far.
    package var openAsks: [Ask] { asks.filter { $0.outcome == nil && !$0.isForsaken } }

    func tables(from start: UInt64, to end: UInt64) -> [TableModel] {
        eras.filter { $0.publishedAt <= end && ($0.replacedAt ?? .max) >= start }.map(\.table)
    }

    private func tables(_ ask: Ask, _ now: UInt64) -> [TableModel] {
        tables(from: ask.sentAt ?? now, to: now)
    }

    func has(_ wanted: [Cause], since ask: Ask) -> Bool {
        let start = ask.sentAt ?? 0
        return causes.contains {
            let end = $0.wire.map { $0.closedAt ?? .max } ?? $0.time
            return end >= start && wanted.contains($0.cause)
        }
    }

    // MARK: Upstreams

    /// An upstream saw a request's head; nil when it is nobody's.
    package func begin(
        number: Int?, host: String, at place: Place, _ wire: Wire, now: UInt64,
        plan: (Ask) -> AnswerPlan
    ) -> Attempt? {
        guard let number, number < asks.count else {
            violate("a request that nobody sent came to \(place)")
            return nil
        }
        let ask = asks[number]
        if host != ask.host { violate("ask \(number) for \(ask.host) came as one for \(host)") }
        for earlier in ask.attempts { checkRepetition(ask, earlier) }
        if !tables(ask, now).contains(where: { $0.allows(ask.host, place) }) {
            violate("ask \(number) for \(ask.host) came to \(place), which no table says")
        }
        checkStay(ask, place, now)
        let attempt = Attempt(
            ask: ask, place: place, wire: wire, index: ask.attempts.count,
            plan: plan(ask))
        ask.attempts.append(attempt)
        return attempt
    }

    private func checkRepetition(_ ask: Ask, _ earlier: Attempt) {
        if earlier.wasHeard {
            violate("ask \(ask.number) was sent again after a byte of its answer")
        }
        if earlier.bodyCount > 0
            || (earlier.isRequestWhole && !ask.isIdempotent && !earlier.isRefusal)
        {
            violate("ask \(ask.number), a \(ask.method), was sent again after it was carried out")
        }
        if ask.attempts.count >= 6 { violate("ask \(ask.number) was sent again and again") }
    }

    /// A user stays with a revision as long as the route says the same, and leaves only for one
    /// that grows.
    private func checkStay(_ ask: Ask, _ place: Place, _ now: UInt64) {
        let routes = tables(ask, now).compactMap { $0.routes[ask.host] }
        guard let user = ask.user ?? ask.cookie, let route = routes.first, route.sticky != .no,
            routes.allSatisfy({ $0 == route })
        else { return }
        let key = "\(ask.host) \(user)"
        if let stay = stays[key], stay.revision != place.revision {
            let share = { (route: TableModel.Route, revision: String) in
                route.shares.first { $0.revision == revision }?.percent ?? 0
            }
            let grew =
                share(route, place.revision) > share(stay.route, place.revision)
                || share(route, stay.revision) < share(stay.route, stay.revision)
            if !grew { violate("\(key) left \(stay.revision) for \(place.revision)") }
        }
        stays[key] = Stay(revision: place.revision, route: route)
    }

    // MARK: Clients

    /// A client has a whole answer of an upstream.
    package func answered(_ ask: Ask, attempt index: Int?, now: UInt64) {
        judge(ask, now)
        guard let index, index < ask.attempts.count else {
            return violate("ask \(ask.number) was answered by nobody")
        }
        let attempt = ask.attempts[index]
        ask.outcome = .answered(by: attempt.place)
        if !attempt.isWhole {
            violate("ask \(ask.number) has a whole answer, of which a part was never said")
        }
    }

    /// A client has an answer of the gateway's own.
    package func refused(_ ask: Ask, status: Int, now: UInt64) {
        judge(ask, now)
        ask.outcome = .refused(status: status)
        guard !mayBeRefused(ask, status, now) else { return }
        let last = ask.attempts.last.map { "\($0.plan.course)" } ?? "no attempt"
        violate("ask \(ask.number) was answered \(status) without a cause (\(last))")
    }

    /// Whether its upstream may be one whose connections are shared.
    private func isShared(_ ask: Ask, _ tables: [TableModel]) -> Bool {
        tables.contains { table in
            table.routes[ask.host]?.shares.contains { table.multiplexed.contains($0.revision) }
                ?? false
        }
    }

    /// Whether an upstream that it may have been sent to was silent.
    private func hasSilence(_ ask: Ask, _ tables: [TableModel]) -> Bool {
        let shares = tables.flatMap { $0.routes[ask.host]?.shares ?? [] }
        return has(shares.map { .silence(revision: $0.revision) }, since: ask)
    }

    private func mayBeRefused(_ ask: Ask, _ status: Int, _ now: UInt64) -> Bool {
        let tables = tables(ask, now)
        switch status {
        case 502 where isShared(ask, tables) && has([.sharedEnd], since: ask): return true
        case 503 where isShared(ask, tables) && has([.sharedEnd], since: ask): return true
        case 404: return tables.contains { $0.routes[ask.host] == nil }
        case 408: return ask.isSlow || has([.jump], since: ask)
        case 502:
            return ask.attempts.contains {
                switch $0.plan.course {
                case .diesInHead, .diesAfterInterim, .babbles: true
                // A reset destroys what of the head is still under way.
                case .diesInBody: $0.plan.resets
                default: false
                }
            }
        case 503:
            if tables.contains(where: { $0.hasEmptyShare(ask.host) }) { return true }
            if ask.attempts.contains(where: { $0.fails }) { return true }
            if has(
                [.kernel(.connect), .kernel(.noDescriptor), .kernel(.noWatch), .jump], since: ask)
                || hasSilence(ask, tables)
            {
                return true
            }
            // What may not be sent twice falls with a connection that was closed meanwhile.
            return (!ask.isIdempotent || ask.bodySize != nil) && has([.idleClose], since: ask)
        default: return false
        }
    }

    /// A client's connection ended before its answer was whole.
    ///
    /// Before the worker closed it, nothing had come on it for so many nanoseconds.
    package func cut(
        _ ask: Ask, wasAnnounced: Bool, now: UInt64, afterSilence silence: UInt64 = 0,
        on wire: Wire? = nil
    ) {
        judge(ask, now)
        ask.outcome = .cut
        if wasAnnounced || ask.isForsaken { return }
        if has([.drainEnd], since: ask) { cutByDrainCount += 1 }
        let excuses: [Cause] = [.jump, .drainEnd, .kernel(.abortedAccept), .kernel(.noWatch)]
        if has(excuses, since: ask) { return }
        // For want of a descriptor it was still in the queue of a listener when that was closed.
        if let wire, !wire.wasAccepted, closedAtOnce(wire, after: [.kernel(.noAccept)]) { return }
        // The rest of a request that nobody wants may turn the close into a reset.
        let hasEarlyAnswer =
            ask.bodySize != nil && [404, 502, 503].contains { mayBeRefused(ask, $0, now) }
        if hasEarlyAnswer && ask.isReadSlowly || ask.isSlow { return }
        if ask.isReadSlowly, now >= (ask.sentAt ?? now) + Self.stalling { return }
        if let wire, wasClosedForOthers(wire), ask.attempts.allSatisfy(\.isWhole) { return }
        // Who still speaks over a tunnel that has ended is listened to for a while only.
        let time = silence >= Self.pausing ? Self.pausing : Self.lingering
        let hasLingered = ask.attempts.contains { attempt in
            attempt.endedAt.map { now >= $0 + time } ?? false
        }
        if hasLingered { return }
        // It was asked after the last GOAWAY, which its client has not heard for so long.
        let isDeaf = causes.contains { $0.cause == .deafness }
        let wait = wire?.silenceBeforeClose ?? 0
        if ask.isMultiplexed, isDeaf, ask.attempts.isEmpty, wait >= Self.pausing { return }
        let isTheirs = ask.attempts.contains { $0.fails }
        if !isTheirs { violate("ask \(ask.number) was cut without a cause") }
    }

    /// A client is not connected: nobody listens, and what it has left is asked no more.
    package func turnedAway(client: Int, _ unasked: [Ask]) {
        turnedAwayCount += 1
        for ask in unasked { ask.isForsaken = true }
        if !causes.contains(where: { $0.cause == .deafness }) {
            violate("client \(client) met nobody")
        }
    }

    /// A client was told that it may go on with its connection, by the answer to this.
    package func toldToStay(_ ask: Ask) {
        let start = ask.sentAt ?? 0
        if causes.contains(where: { $0.cause == .drain && $0.time < start }) {
            violate("ask \(ask.number)'s connection goes on though the worker is to end")
        }
    }

    /// Whether a client from which nothing had been read for a while was closed because a newcomer
    /// could not be taken.
    ///
    /// What it says next meets nobody, and the reset takes what is under way to it.
    private func wasClosedForOthers(_ wire: Wire) -> Bool {
        wire.unreadBeforeClose >= Self.idling
            && closedAtOnce(wire, after: [.kernel(.noAccept), .kernel(.noWatch)])
    }

    /// Whether the worker closed a connection right after one of these.
    private func closedAtOnce(_ wire: Wire, after wanted: [Cause]) -> Bool {
        guard let closedAt = wire.closedAt else { return false }
        return causes.contains {
            wanted.contains($0.cause) && $0.time <= closedAt && closedAt - $0.time < Self.atOnce
        }
    }

    private func judge(_ ask: Ask, _ now: UInt64) {
        if ask.outcome != nil { violate("ask \(ask.number) was answered twice") }
    }
}
