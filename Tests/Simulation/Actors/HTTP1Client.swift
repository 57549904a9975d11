/// A client of HTTP/1 that sends its requests one after the other, or several ahead.
package final class HTTP1Client: Client {
    /// How a client behaves.
    package struct Manner: Sendable {
        /// Requests on their way at once.
        package var depth = 1
        /// Microseconds between an answer and the next request, at most.
        package var pause = 1000
        /// Microseconds that it takes for each piece that it reads, at most.
        package var readPace: Int?
        package var sendPace: Int?
        /// Says that it has said all, with its last request.
        package var halfCloses = false
        /// Goes away after so many bytes of answers.
        package var leavesAfter: Int?

        /// Speaks TLS.
        package var isSealed = false

        package init() {}
    }

    private let stage: Stage
    private let number: Int
    private let asks: [Ask]
    private let manner: Manner
    private var wire: Wire?
    private var next = 0
    private var outstanding: [Ask] = []
    private var reader = HTTP1Reader(isResponse: true)
    private var answer: AnswerCheck?
    /// Nothing more is asked over the connection.
    private var isClosing = false
    /// The worker said so, with an answer that is whole.
    private var isClosed = false
    /// The answer that is being read says that the connection ends with it.
    private var isEnding = false
    private var receivedCount = 0
    private var hasLeft = false
    private var cookie: String?
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
        reader = HTTP1Reader(isResponse: true)
        reader.hasNoBody = { [unowned self] head in
            outstanding.first?.method == "HEAD" || head.status == 204 || head.status == 304
        }
        answer = nil
        isClosing = false
        isClosed = false
        isEnding = false
        let made = stage.connect(number, self, isSealed: manner.isSealed, isHTTP2: false)
        if let pace = manner.readPace { made.pace = pace }
        if let pace = manner.sendPace { made.arrivalPace = pace }
        wire = made
    }

    // MARK: Asking

    package func connected(_ wire: Wire) { ask() }

    private func ask() {
        guard let wire, !wire.isOver, !isClosing else { return }
        while outstanding.count < manner.depth, next < asks.count {
            let ask = asks[next]
            next += 1
            ask.sentAt = stage.now
            if ask.host.hasPrefix("cookie") { ask.cookie = cookie }
            outstanding.append(ask)
            wire.say(HTTP1Text.request(ask, user: ask.user, cookie: ask.cookie))
            if ask.closes {
                isClosing = true
                return
            }
        }
        if next == asks.count, manner.halfCloses { wire.finish() }
    }

    // MARK: Hearing

    package func received(_ bytes: [UInt8], on wire: Wire) {
        guard wire === self.wire else { return }
        receivedCount += bytes.count
        if let most = manner.leavesAfter, receivedCount > most, !hasLeft { return leave(wire) }
        reader.add(bytes)
        while let event = reader.next() { take(event) }
    }

    private func take(_ event: HTTP1Reader.Event) {
        guard let ask = outstanding.first else {
            return stage.ledger.violate("client \(number) hears what it did not ask for")
        }
        switch event {
        case .head(let head):
            if head.status < 200 { return }
            answer = AnswerCheck(ask, head.status, head.fields)
            if head["connection"] == "close" { isEnding = true }
            if let set = head["set-cookie"], ask.host.hasPrefix("cookie") {
                cookie = String(set.prefix { $0 != ";" })
            }
        case .body(let bytes):
            if let fault = answer?.add(bytes) { stage.ledger.violate(fault) }
        case .end:
            outstanding.removeFirst()
            answer?.end(stage.ledger, stage.now)
            answer = nil
            if !isEnding, !ask.closes { stage.ledger.toldToStay(ask) }
            isClosed = isEnding
            isClosing = isClosing || isEnding
            goOn()
        case .broken(let text):
            stage.ledger.violate("client \(number) hears no HTTP: \(text)")
        }
    }

    private func goOn() {
        guard outstanding.isEmpty else { return ask() }
        stage.kernel.after(manner.pause) { [self] in
            guard outstanding.isEmpty else { return }
            if next == asks.count { wire?.finish() } else { ask() }
        }
    }

    private func leave(_ wire: Wire) {
        hasLeft = true
        for ask in outstanding { ask.isForsaken = true }
        outstanding = []
        wire.cut()
        again()
    }

    package func ended(_ wire: Wire) {
        guard wire === self.wire else { return }
        if let event = reader.end() { take(event) }
        wire.finish()
        isOver()
    }

    package func wasReset(_ wire: Wire) {
        guard wire === self.wire else { return }
        guard wire.state == .refused else { return isOver() }
        stage.ledger.turnedAway(client: number, outstanding + asks[next...])
        isDone = true
    }

    private func isOver() {
        // Who is cut off takes what was asked behind it along.
        for (place, ask) in outstanding.enumerated() {
            stage.ledger.cut(
                ask, wasAnnounced: isClosed || place > 0, now: stage.now, on: wire)
        }
        outstanding = []
        again()
    }

    private func again() {
        wire = nil
        stage.kernel.after(manner.pause) { [self] in start() }
    }
}
