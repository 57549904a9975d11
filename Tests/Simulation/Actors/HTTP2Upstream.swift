import TestSupport

/// One connection to an upstream that speaks HTTP/2.
package final class HTTP2Upstream: FarEnd {
    private let stage: Stage
    private let place: Place
    private unowned let wire: Wire
    private var end: HTTP2End?
    private var open: [(stream: UInt32, attempt: Attempt)] = []
    private var begun: [Attempt] = []
    private var lastStream: UInt32 = 0
    private var isOver = false
    /// It looks at nothing new.
    private var isGoingAway = false

    private let takesTunnels: Bool

    init(_ stage: Stage, _ place: Place, _ wire: Wire, takesTunnels: Bool) {
        self.stage = stage
        self.place = place
        self.wire = wire
        self.takesTunnels = takesTunnels
    }

    package func connected(_ wire: Wire) {
        let dice = stage.dice
        let made = HTTP2End(
            wire, isClient: false, window: UInt32(dice.pick([100, 5000, 65535])),
            streamsMax: UInt32(dice.pick([1, 2, 100])), windowDelay: dice.pick([0, 100, 20_000]),
            takesTunnels: takesTunnels)
        made.hear = { [unowned self] event, stream in hear(event, stream) }
        made.complain = { [unowned self] text in
            stage.ledger.violate("\(place) hears no HTTP/2: \(text)")
        }
        end = made
    }

    package func received(_ bytes: [UInt8], on wire: Wire) { if !isOver { end?.take(bytes) } }

    private func hear(_ event: HTTP2End.Event, _ stream: UInt32) {
        if isOver { return }
        switch event {
        case .head(let fields, let isLast):
            if find(stream) == nil, !isGoingAway { begin(stream, fields) }
            if isLast { requestEnds(stream) }
        case .data(let bytes, let isLast):
            guard let attempt = find(stream) else { return }
            if !Pattern.matches(bytes, attempt.ask.requestSeed, at: attempt.bodyCount) {
                stage.ledger.violate("ask \(attempt.ask.number) came with bytes not its own")
            }
            attempt.bodyCount += bytes.count
            if isLast { requestEnds(stream) }
        case .reset: open.removeAll { $0.stream == stream }
        case .goAway: break
        }
    }

    private func find(_ stream: UInt32) -> Attempt? {
        open.first { $0.stream == stream }?.attempt
    }

    private func begin(_ stream: UInt32, _ fields: [FieldLine]) {
        lastStream = stream
        let value = { (name: String) in fields.first { $0.name == name }?.value }
        let stage = stage
        let attempt = stage.ledger.begin(
            number: Ask.number(in: value(":path") ?? ""), host: value(":authority") ?? "",
            at: place, wire, now: stage.now
        ) { stage.plan($0) }
        guard let attempt else { return }
        let ask = attempt.ask
        let ip = Address(Stage.address(of: ask.client), 0).text
        let isTunnel = ask.tunnelSize != nil
        if value("x-ask") != "\(ask.number)"
            || value(":method") != (isTunnel ? "CONNECT" : ask.method)
            || value(":protocol") != (isTunnel ? "websocket" : nil)
            || value("x-forwarded-for") != ip || value("x-user") != ask.user
        {
            stage.ledger.violate("ask \(ask.number) came with fields not its own: \(fields)")
        }
        open.append((stream, attempt))
        begun.append(attempt)
        if attempt.plan.isEarly || isTunnel { answerSoon(stream, attempt) }
    }

    private func requestEnds(_ stream: UInt32) {
        guard let attempt = find(stream) else { return }
        let isTunnel = attempt.ask.tunnelSize != nil
        // Who is refused a tunnel says nothing over it.
        if attempt.bodyCount != attempt.ask.sizeUp, !isTunnel || attempt.consents {
            stage.ledger.violate("ask \(attempt.ask.number) came with another length")
        }
        attempt.isRequestWhole = true
        if isTunnel {
            if attempt.consents, attempt.isWhole { endTunnel(stream, attempt) }
        } else if !attempt.plan.isEarly {
            answerSoon(stream, attempt)
        }
    }

    // MARK: Answering

    private func answerSoon(_ stream: UInt32, _ attempt: Attempt) {
        stage.kernel.after(attempt.plan.delay) { [self] in
            guard !isOver, find(stream) === attempt, let end else { return }
            answer(stream, attempt, end)
        }
    }

    private func answer(_ stream: UInt32, _ attempt: Attempt, _ end: HTTP2End) {
        let plan = attempt.plan
        switch plan.course {
        case .diesAtOnce:
            attempt.isRefusal = !plan.resets
            return plan.resets ? die() : drop(stream, .refusedStream)
        case .diesInHead:
            return drop(stream, .internalError)
        case .babbles:
            // No byte of an answer: it breaks the connection, with all that is on it.
            loseAll()
            end.say(.data(stream, [1, 2, 3]))
            // What it said behind that, nobody would listen to.
            isOver = true
            return stage.kernel.after(1000) { [self] in die() }
        default:
            break
        }
        if plan.hasInterim { sayHead(stream, attempt, [FieldLine(":status", "103")], .endHeaders) }
        if case .diesAfterInterim = plan.course {
            sayHead(stream, attempt, [FieldLine(":status", "103")], .endHeaders)
            return plan.resets ? dieSoon() : drop(stream, .cancel)
        }
        sayAnswer(stream, attempt, end)
    }

    private func sayAnswer(_ stream: UInt32, _ attempt: Attempt, _ end: HTTP2End) {
        let plan = attempt.plan
        let ask = attempt.ask
        if attempt.consents { return open(stream, attempt, end) }
        let hasNone = plan.status == 204 || plan.status == 304 || ask.method == "HEAD"
        var fields = [FieldLine(":status", "\(plan.status)")] + AnswerCheck.fields(attempt)
        if plan.framing == .length, plan.status != 204, plan.status != 304 {
            fields.append(FieldLine("content-length", "\(ask.answerSize)"))
        }
        if hasNone {
            sayHead(stream, attempt, fields)
            return whole(stream, attempt)
        }
        sayHead(stream, attempt, fields, .endHeaders)
        let body = Pattern.bytes(attempt.seed, from: 0, count: ask.answerSize)
        if case .diesInBody(let thousandths) = plan.course, !body.isEmpty {
            let count = min(body.count * thousandths / 1001, 90)
            end.say(.data(stream, Array(body.prefix(count))))
            return plan.resets ? dieSoon() : drop(stream, .internalError)
        }
        let trailers = plan.hasTrailer ? [FieldLine("x-end", "\(ask.number)")] : []
        end.sayBody(stream, body, trailers: trailers) { [unowned self] in whole(stream, attempt) }
    }

    /// Opens the tunnel that was asked for, and says what is to be said over it.
    private func open(_ stream: UInt32, _ attempt: Attempt, _ end: HTTP2End) {
        let plan = attempt.plan
        sayHead(
            stream, attempt, [FieldLine(":status", "200")] + AnswerCheck.fields(attempt),
            .endHeaders)
        let bytes = Pattern.bytes(attempt.seed, from: 0, count: attempt.ask.answerSize)
        if case .diesInBody(let thousandths) = plan.course, !bytes.isEmpty {
            end.say(.data(stream, Array(bytes.prefix(min(bytes.count * thousandths / 1001, 90)))))
            return plan.resets ? dieSoon() : drop(stream, .internalError)
        }
        end.sayBody(stream, bytes, staysOpen: !plan.closes) { [unowned self] in
            attempt.isWhole = true
            if plan.closes {
                attempt.endedAt = stage.now
                whole(stream, attempt)
            } else if attempt.isRequestWhole {
                endTunnel(stream, attempt)
            }
        }
    }

    private func endTunnel(_ stream: UInt32, _ attempt: Attempt) {
        end?.say(.data(stream, [], .endStream))
        whole(stream, attempt)
    }

    /// Whose answer the bytes of a frame are is known with its last byte.
    private func sayHead(
        _ stream: UInt32, _ attempt: Attempt, _ fields: [FieldLine],
        _ flags: H2Frame.Flags = .whole
    ) {
        end?.say(.headers(stream, fields, flags))
        if attempt.answerStart == nil { attempt.answerStart = wire.saidCount - 1 }
    }

    private func whole(_ stream: UInt32, _ attempt: Attempt) {
        attempt.isWhole = true
        open.removeAll { $0.stream == stream }
        guard stage.isRough, stage.dice.chance(100) else { return }
        // Servers go away when it suits them; what they have begun they end.
        isGoingAway = true
        end?.say(.goAway(last: lastStream))
        stage.ledger.note(.idleClose, at: stage.now, on: wire)
    }

    private func drop(_ stream: UInt32, _ code: H2Code) {
        open.removeAll { $0.stream == stream }
        end?.say(.reset(stream, code))
    }

    private func dieSoon() { stage.kernel.after(1000) { [self] in if !isOver { die() } } }

    /// The connection goes down with all that is on it.
    private func die() {
        isOver = true
        loseAll()
        if stage.dice.chance(500) { wire.cut() } else { wire.finish() }
    }

    private func loseAll() {
        // Of an answer that is said some may still be under way.
        for attempt in begun where attempt.ask.outcome == nil { attempt.isLost = true }
        stage.ledger.note(.sharedEnd, at: stage.now, on: wire)
    }

    package func ended(_ wire: Wire) {
        isOver = true
        wire.finish()
    }

    package func wasReset(_ wire: Wire) { isOver = true }
}
