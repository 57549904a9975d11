/// One connection to an upstream that speaks HTTP/1.
package final class HTTP1Upstream: FarEnd {
    private let stage: Stage
    private let place: Place
    private unowned let wire: Wire
    private var reader = HTTP1Reader(isResponse: false)
    private var attempt: Attempt?
    private var served = 0
    private var isOver = false
    /// The key of the WebSocket that is asked for.
    private var key = ""
    /// Who asked for a tunnel says nothing more over it.
    private var isTunnelInputOver = false

    init(_ stage: Stage, _ place: Place, _ wire: Wire) {
        self.stage = stage
        self.place = place
        self.wire = wire
    }

    package func connected(_ wire: Wire) {}

    package func received(_ bytes: [UInt8], on wire: Wire) {
        if isOver { return }
        reader.add(bytes)
        while !isOver, let event = reader.next() { take(event) }
    }

    private func take(_ event: HTTP1Reader.Event) {
        switch event {
        case .head(let head): begin(head)
        case .body(let bytes):
            guard let attempt else { return }
            if !Pattern.matches(bytes, attempt.ask.requestSeed, at: attempt.bodyCount) {
                stage.ledger.violate("ask \(attempt.ask.number) came with bytes not its own")
            }
            attempt.bodyCount += bytes.count
        case .end:
            guard let attempt else { return }
            if attempt.bodyCount != attempt.ask.sizeUp {
                stage.ledger.violate("ask \(attempt.ask.number) came with another length")
            }
            attempt.isRequestWhole = true
            if attempt.answerStart == nil { answerSoon(attempt) }
        case .broken(let text):
            stage.ledger.violate("\(place) hears no HTTP: \(text)")
        }
    }

    private func begin(_ head: HTTP1Head) {
        if attempt != nil {
            return stage.ledger.violate("\(place) is asked before its last answer was whole")
        }
        let stage = stage
        let number = Ask.number(in: head.target)
        attempt = stage.ledger.begin(
            number: number, host: head["host"] ?? "", at: place, wire, now: stage.now
        ) { stage.plan($0) }
        guard let attempt else { return }
        let ask = attempt.ask
        let ip = Address(Stage.address(of: ask.client), 0).text
        if head["x-ask"] != "\(ask.number)" || head.method != ask.method
            || head["x-forwarded-for"] != ip || head["x-user"] != ask.user
        {
            stage.ledger.violate("ask \(ask.number) came with fields not its own: \(head.fields)")
        }
        key = head["sec-websocket-key"] ?? ""
        let isAsked = head["upgrade"] == "websocket" && head["connection"] == "Upgrade"
        if isAsked != (ask.tunnelSize != nil) {
            stage.ledger.violate("ask \(ask.number) came with another upgrade: \(head.fields)")
        }
        if ask.tunnelSize != nil { attempt.isRequestWhole = true }
        if attempt.plan.isEarly || ask.tunnelSize != nil { answerSoon(attempt) }
    }

    // MARK: Answering

    private func answerSoon(_ attempt: Attempt) {
        attempt.answerStart = wire.saidCount
        stage.kernel.after(attempt.plan.delay) { [self] in
            guard !isOver, self.attempt === attempt else { return }
            answer(attempt)
        }
    }

    private func answer(_ attempt: Attempt) {
        let plan = attempt.plan
        attempt.answerStart = wire.saidCount
        let (bytes, headCount) =
            attempt.consents
            ? HTTP1Text.consent(attempt, accept: stage.answerKey(key)) : HTTP1Text.answer(attempt)
        if attempt.ask.tunnelSize != nil, !attempt.consents { reader.refuseTunnel() }
        if plan.hasInterim { wire.say(HTTP1Text.interim) }
        switch plan.course {
        case .diesAtOnce: die(plan)
        case .diesAfterInterim:
            wire.say(HTTP1Text.interim)
            dieSoon(plan)
        case .babbles:
            wire.say(HTTP1Text.babble)
            dieSoon(plan)
        case .diesInHead(let count):
            wire.say(Array(bytes.prefix(min(count, headCount - 1))))
            dieSoon(plan)
        case .diesInBody(let thousandths):
            let body = bytes.count - headCount
            guard body > 0 else { return sayAll(attempt, bytes[...]) }
            wire.say(Array(bytes.prefix(headCount + body * thousandths / 1001)))
            dieSoon(plan)
        case .whole:
            sayAll(attempt, bytes[...])
        }
    }

    /// Says the answer in its pieces.
    private func sayAll(_ attempt: Attempt, _ bytes: ArraySlice<UInt8>) {
        if isOver { return }
        let pieces = max(1, attempt.plan.pieces)
        let count = max(1, attempt.ask.answerSize / pieces)
        if bytes.count > count, pieces > 1 {
            wire.say(Array(bytes.prefix(count)))
            stage.kernel.after(attempt.plan.delay) { [self] in
                sayAll(attempt, bytes.dropFirst(count))
            }
            return
        }
        wire.say(Array(bytes))
        attempt.isWhole = true
        finish(attempt)
    }

    private func finish(_ attempt: Attempt) {
        served += 1
        if attempt.consents {
            // It ends the tunnel, or waits for the other side's end.
            if attempt.plan.closes || isTunnelInputOver {
                attempt.endedAt = stage.now
                close()
            }
            return
        }
        self.attempt = nil
        if attempt.plan.closes { return close() }
        // Servers close idle connections when it suits them.
        guard stage.dice.chance(stage.isRough ? 200 : 0) else { return }
        let seen = served
        stage.kernel.after(stage.dice.pick([1000, 50_000, 5_000_000])) { [self] in
            guard !isOver, attempt.isRequestWhole, self.attempt == nil, served == seen else {
                return
            }
            stage.ledger.note(.idleClose, at: stage.now, on: wire)
            close()
        }
    }

    private func close() {
        isOver = true
        wire.finish()
    }

    private func dieSoon(_ plan: AnswerPlan) {
        stage.kernel.after(plan.delay) { [self] in die(plan) }
    }

    private func die(_ plan: AnswerPlan) {
        isOver = true
        if plan.resets || plan.framing == .untilClose { wire.cut() } else { wire.finish() }
    }

    package func ended(_ wire: Wire) {
        guard let attempt, attempt.consents, !isOver else { return close() }
        isTunnelInputOver = true
        let isLost =
            attempt.ask.hasSaidAll && !attempt.ask.isForsaken
            && !stage.ledger.has([.jump, .drain], since: attempt.ask)
        if isLost, attempt.bodyCount != attempt.ask.sizeUp {
            let text = "\(attempt.bodyCount) of \(attempt.ask.sizeUp) bytes"
            stage.ledger.violate(
                "of what ask \(attempt.ask.number) said over its tunnel came \(text)")
        }
        if attempt.isWhole { close() }
    }

    package func wasReset(_ wire: Wire) { isOver = true }
}
