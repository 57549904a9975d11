import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// `Match`: asks the worker's present table about a head, and acts on the decision.
extension Worker {
    /// Decides over `head`, which was read from `bytes`.
    ///
    /// `preferred` is the series of an earlier decision for the same exchange: a re-send stays on
    /// its revision as long as the table has it.
    mutating func decide(
        _ exchange: Handle, _ bytes: Span<UInt8>, preferring preferred: Handle?
    ) -> Decision {
        let asker = asker(exchange)
        defer { if regex.failures.total != ruleFailures.total { noteRuleFailures() } }
        if preferred != nil {
            let decision = table.decide(
                head, bytes, for: asker, entropy: &entropy, draws: tally.draws, regex: &regex,
                preferring: preferred)
            if decision.kind != .noDestination { return decision }
            // The revision lost its last destination since: the present table says what now.
        }
        return table.decide(
            head, bytes, for: asker, entropy: &entropy, draws: tally.draws, regex: &regex,
            preferring: nil)
    }

    /// Counts searches with patterns that came to no end.
    private mutating func noteRuleFailures() {
        for kind in RegexFailure.allCases where regex.failures[kind] != ruleFailures[kind] {
            tally.ruleFailed(kind.rawValue)
        }
        ruleFailures = regex.failures
    }

    /// A new exchange for the head that was just read from `bytes`, which end with the marks of so
    /// many fields.
    mutating func beginExchange(_ side: Side, _ bytes: Span<UInt8>, marks: Int = 0) {
        let client = side.connection
        now = Clock.monotonic()
        let exchanges = exchanges
        let exchange = exchanges.insert(Exchange(client: side, startedAt: now))
        exchanges[exchange].take(head, keepsAlive: !drain.isDraining)
        exchanges[exchange].requestHead.append(bytes, from: &chunks)
        exchanges[exchange].requestMarks = UInt8(marks)
        exchanges[exchange].isGRPC = side.isStream && asksForGRPC(bytes)
        let hasBody = !head.framing.isEmpty
        exchanges[exchange].isRequestComplete = !hasBody
        if side.isStream {
            streams[side.stream].exchange = exchange
        } else {
            connections[client].exchange = exchange
            exchangesHTTP1 += 1
            connections[client].body = BodyDecoder(head.framing)
            connections[client].phase = hasBody ? .requestBody : .awaitingResponse
            setDeadline(client, .max)
        }
        noteAsker(exchange, bytes)
        if policy.logsAccess { noteTexts(exchange, bytes) }
        if connections[client].isTLS, isMisdirected(client, bytes) {
            return answer(exchange, Fault(.misdirected))
        }
        send(exchange, bytes, preferring: nil)
    }

    /// Decides, reaches a destination and sends the head, or answers.
    private mutating func send(
        _ exchange: Handle, _ bytes: Span<UInt8>, preferring preferred: Handle?
    ) {
        let decision = decide(exchange, bytes, preferring: preferred)
        act(on: decision, exchange, bytes, isResend: preferred != nil)
    }

    private mutating func act(
        on decision: Decision, _ exchange: Handle, _ bytes: Span<UInt8>, isResend: Bool
    ) {
        exchanges[exchange].isProbe = decision.isProbe
        noteChoice(decision, exchange)
        noteResponseFields(decision, exchange, bytes)
        if !isResend, lacksClientCertificate(exchange, decision, bytes) {
            return answer(exchange, Fault(.misdirected))
        }
        switch decision.kind {
        case .toRevision:
            note(decision, exchange)
            forward(exchange, bytes, decision, isResend: isResend)
        case .noDestination:
            note(decision, exchange)
            answer(exchange, Fault(.noDestination))
        case .noRoute:
            answer(exchange, Fault(.noRoute))
        case .loop:
            answer(exchange, Fault(.loop))
        case .redirect:
            redirect(exchange, bytes)
        }
    }

    /// Keeps of the decision what the exchange needs later.
    private mutating func note(_ decision: Decision, _ exchange: Handle) {
        let earlier = exchanges[exchange].series
        if earlier == decision.series { return }
        if exchanges[exchange].isCountedActive { tally.ended(earlier) }
        exchanges[exchange].series = decision.series
        exchanges[exchange].isCountedActive = !decision.isProbe
        if !decision.isProbe { tally.began(decision.series) }
    }

    private mutating func forward(
        _ exchange: Handle, _ bytes: Span<UInt8>, _ decision: Decision, isResend: Bool
    ) {
        let avoided = exchanges[exchange].avoidedDestination
        let set = decision.destinationSet
        let destination = pick(set, avoiding: avoided)
        if destination.id == avoided, exchanges[exchange].isAvoidedUnreachable {
            return answer(exchange, Fault(.connectFailed))
        }
        reach(exchange, destination, of: set, fresh: isResend)
        let upstream = exchanges[exchange].upstream
        if upstream.isNone {
            let kind = lacksRoom ? Fault.Kind.noRoom : .connectFailed
            return upstreamFailed(exchange: exchange, Fault(kind))
        }
        guard isReadyForHead(upstream, exchange) else { return }
        if lacksTunnels(upstream, exchange) {
            leaveUpstreamUnused(exchange)
            return forward(exchange, bytes, decision, isResend: isResend)
        }
        stageRequestHead(exchange, bytes, decision)
        sendStagedHead(exchange)
    }

    /// Whether a request's head can be sent now; else it is when the connection is there.
    private mutating func isReadyForHead(_ upstream: Handle, _ exchange: Handle) -> Bool {
        connections[upstream].isMultiplexed
            ? exchanges[exchange].connectedAt > 0 : connections[upstream].phase == .idle
    }

    /// Sends the exchange's request anew: the connection was just made, or the last one died.
    ///
    /// The head is read again from what was kept, and decided again on the present table.
    mutating func resend(_ exchange: Handle) {
        withKeptHead(exchange) { worker, bytes in
            let preferred = worker.exchanges[exchange].series
            worker.send(exchange, bytes, preferring: preferred)
        }
    }

    /// The dialled connection is there: sends the head over it.
    mutating func sendAfterConnect(_ exchange: Handle) {
        withKeptHead(exchange) { worker, bytes in
            let preferred = worker.exchanges[exchange].series
            let decision = worker.decide(exchange, bytes, preferring: preferred)
            guard decision.kind == .toRevision, decision.series == preferred else {
                // The table changed while we dialled, and the revision is gone from it.
                worker.leaveUpstreamUnused(exchange)
                return worker.act(on: decision, exchange, bytes, isResend: true)
            }
            if worker.lacksTunnels(worker.exchanges[exchange].upstream, exchange) {
                worker.leaveUpstreamUnused(exchange)
                return worker.act(on: decision, exchange, bytes, isResend: true)
            }
            worker.stageRequestHead(exchange, bytes, decision)
            worker.sendStagedHead(exchange)
        }
    }

    /// Whether a tunnel is wanted of an upstream whose HTTP/2 has none: then it is asked for over
    /// HTTP/1, which such servers speak on the same port (Knative §10 T15, RFC 8441 §3).
    private mutating func lacksTunnels(_ upstream: Handle, _ exchange: Handle) -> Bool {
        guard exchanges[exchange].wantsTunnel, connections[upstream].isMultiplexed,
            !connections[upstream].http2.allowsTunnels
        else { return false }
        exchanges[exchange].avoidsHTTP2 = true
        return true
    }

    /// Reads the kept head into `head` and hands out its bytes.
    private mutating func withKeptHead(
        _ exchange: Handle, _ body: (inout Worker, Span<UInt8>) -> Void
    ) {
        var kept = Buffer()
        swap(&kept, &exchanges[exchange].requestHead)
        headOwner = .none
        readKeptHead(kept.bytes, marks: Int(exchanges[exchange].requestMarks), exchange)
        body(&self, kept.bytes)
        if exchanges.contains(exchange) {
            swap(&kept, &exchanges[exchange].requestHead)
        } else {
            kept.release(to: &chunks)
        }
    }

    /// Reads a head again that was read from these bytes before.
    private mutating func readKeptHead(_ bytes: Span<UInt8>, marks: Int, _ exchange: Handle) {
        if !exchanges[exchange].clientStream.isNone {
            let fault = HTTP2Head.readRequest(
                bytes, fields: marks, into: &head, limits: settings.headLimits)
            return precondition(fault == nil, "a kept head is whole")
        }
        var parser = RequestHeadParser()
        let status = parser.parse(bytes, into: &head, limits: settings.headLimits)
        guard case .complete = status else { preconditionFailure("a kept head is whole") }
    }
}
