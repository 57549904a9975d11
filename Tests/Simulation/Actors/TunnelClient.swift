/// A client of HTTP/1 that opens WebSockets, one after the other, each on its own connection.
package final class TunnelClient: Client {
    /// How a client behaves.
    package struct Manner: Sendable {
        /// Microseconds between two pieces that it says, at most.
        package var pause = 1000
        /// Bytes of a piece.
        package var piece = 1000
        /// Says that it has said all before it has heard all.
        package var halfCloses = false
        /// Goes away after so many bytes.
        package var leavesAfter: Int?
        package var readPace: Int?
        package var isSealed = false

        package init() {}
    }

    private let stage: Stage
    private let number: Int
    private let asks: [Ask]
    private let manner: Manner
    private var next = 0
    private var ask: Ask?
    private var wire: Wire?
    private var reader = HTTP1Reader(isResponse: true)
    private var answer: AnswerCheck?
    private var isOpen = false
    private var saidCount = 0
    private var receivedCount = 0
    package private(set) var isDone = false

    package init(_ stage: Stage, number: Int, asks: [Ask], manner: Manner) {
        self.stage = stage
        self.number = number
        self.asks = asks
        self.manner = manner
    }

    package func start() {
        guard next < asks.count else {
            isDone = true
            return
        }
        ask = asks[next]
        next += 1
        reader = HTTP1Reader(isResponse: true)
        reader.hasNoBody = { $0.status == 204 || $0.status == 304 }
        answer = nil
        isOpen = false
        saidCount = 0
        receivedCount = 0
        let made = stage.connect(number, self, isSealed: manner.isSealed, isHTTP2: false)
        if let pace = manner.readPace { made.pace = pace }
        wire = made
    }

    package func connected(_ wire: Wire) {
        guard let ask else { return }
        ask.sentAt = stage.now
        wire.say(HTTP1Text.request(ask, user: ask.user, cookie: nil))
    }

    // MARK: Saying

    private func say() {
        guard let ask, let wire, let size = ask.tunnelSize, !wire.isOver else { return }
        let count = min(manner.piece, size - saidCount)
        wire.say(Pattern.bytes(ask.requestSeed, from: saidCount, count: count))
        saidCount += count
        if saidCount == size { return endIfDone() }
        stage.kernel.after(manner.pause) { [self] in if self.ask === ask { say() } }
    }

    private func endIfDone() {
        guard let ask, saidCount == ask.tunnelSize, !ask.hasSaidAll else { return }
        guard manner.halfCloses || answer?.isWhole == true else { return }
        ask.hasSaidAll = true
        wire?.finish()
    }

    // MARK: Hearing

    package func received(_ bytes: [UInt8], on wire: Wire) {
        guard wire === self.wire, let ask else { return }
        receivedCount += bytes.count
        if let most = manner.leavesAfter, receivedCount > most {
            ask.isForsaken = true
            wire.cut()
            return isOver()
        }
        reader.add(bytes)
        while let event = reader.next() { take(event, ask) }
        if isOpen { endIfDone() }
    }

    private func take(_ event: HTTP1Reader.Event, _ ask: Ask) {
        switch event {
        case .head(let head): hear(head, ask)
        case .body(let bytes):
            if let fault = answer?.add(bytes) { stage.ledger.violate(fault) }
        case .end:
            // No tunnel was opened.
            answer?.end(stage.ledger, stage.now)
            self.ask = nil
            wire?.finish()
        case .broken(let text):
            stage.ledger.violate("client \(number) hears no HTTP: \(text)")
        }
    }

    private func hear(_ head: HTTP1Head, _ ask: Ask) {
        guard head.status == 101 || head.status >= 200 else { return }
        answer = AnswerCheck(ask, head.status, head.fields)
        guard head.status == 101 else { return }
        if head["sec-websocket-accept"] != stage.answerKey(ask.key) {
            stage.ledger.violate("ask \(ask.number) has another key's answer: \(head.fields)")
        }
        isOpen = true
        say()
    }

    package func ended(_ wire: Wire) {
        guard wire === self.wire else { return }
        if let ask, !isOpen, let event = reader.end() { take(event, ask) }
        wire.finish()
        isOver()
    }

    package func wasReset(_ wire: Wire) { if wire === self.wire { isOver() } }

    private func isOver() {
        if let ask {
            if isOpen, answer?.isWhole == true {
                answer?.end(stage.ledger, stage.now)
            } else {
                stage.ledger.cut(
                    ask, wasAnnounced: false, now: stage.now,
                    afterSilence: wire?.silenceBeforeClose ?? 0)
            }
        }
        ask = nil
        wire = nil
        stage.kernel.after(manner.pause) { [self] in start() }
    }
}
