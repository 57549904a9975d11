import TestSupport

/// A client of HTTP/2, with several requests on their way at once.
package final class HTTP2Client: Client {
    /// How a client behaves.
    package struct Manner: Sendable {
        /// Streams at once.
        package var depth = 3
        /// Microseconds before a further request, at most.
        package var pause = 1000
        package var window: UInt32 = 65535
        /// Microseconds until a window is given back, at most.
        package var windowDelay = 100
        package var readPace: Int?
        package var sendPace: Int?
        /// Thousandths of its requests that it takes back.
        package var cancels = 0
        /// Goes away after so many answers.
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
    private var end: HTTP2End?
    private var next = 0
    private var lastStream: UInt32 = 0
    private var open: [(stream: UInt32, ask: Ask, check: AnswerCheck?)] = []
    private var isGoingAway = false
    private var answered = 0
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
        lastStream = 0
        isGoingAway = false
        let made = stage.connect(number, self, isSealed: manner.isSealed, isHTTP2: true)
        if let pace = manner.readPace { made.pace = pace }
        if let pace = manner.sendPace { made.arrivalPace = pace }
        wire = made
        let end = HTTP2End(
            made, isClient: true, window: manner.window, streamsMax: nil,
            windowDelay: manner.windowDelay)
        end.hear = { [unowned self] event, stream in hear(event, stream) }
        end.complain = { [unowned self] text in
            stage.ledger.violate("client \(number) hears no HTTP/2: \(text)")
        }
        self.end = end
    }

    // MARK: Asking

    package func connected(_ wire: Wire) { ask() }

    private func ask() {
        guard let end, let wire, !wire.isOver, !isGoingAway else { return }
        while open.count < manner.depth, next < asks.count {
            let ask = asks[next]
            next += 1
            lastStream += lastStream == 0 ? 1 : 2
            ask.sentAt = stage.now
            if ask.host.hasPrefix("cookie") { ask.cookie = cookie }
            open.append((lastStream, ask, nil))
            send(ask, lastStream, end)
        }
    }

    private func send(_ ask: Ask, _ stream: UInt32, _ end: HTTP2End) {
        let isTunnel = ask.tunnelSize != nil
        var fields = [
            FieldLine(":method", isTunnel ? "CONNECT" : ask.method), FieldLine(":scheme", "http"),
            FieldLine(":authority", ask.host), FieldLine(":path", ask.path),
            FieldLine("x-ask", "\(ask.number)"),
        ]
        if isTunnel {
            fields.insert(FieldLine(":protocol", "websocket"), at: 1)
            fields.append(FieldLine("sec-websocket-version", "13"))
        }
        if let user = ask.user { fields.append(FieldLine("x-user", user)) }
        if let cookie = ask.cookie { fields.append(FieldLine("cookie", cookie)) }
        if let size = ask.bodySize {
            if !ask.isChunked { fields.append(FieldLine("content-length", "\(size)")) }
            end.say(.headers(stream, fields, .endHeaders))
            end.sayBody(stream, Pattern.bytes(ask.requestSeed, from: 0, count: size))
        } else {
            end.say(.headers(stream, fields, isTunnel ? .endHeaders : .whole))
        }
        guard stage.dice.chance(manner.cancels) else { return }
        stage.kernel.after(stage.dice.pick([0, 1000, 100_000])) { [self, weak end] in
            guard let end, end === self.end, let place = find(stream) else { return }
            open.remove(at: place)
            ask.isForsaken = true
            end.forget(stream)
            end.say(.reset(stream))
            goOn()
        }
    }

    private func find(_ stream: UInt32) -> Int? { open.firstIndex { $0.stream == stream } }

    // MARK: Hearing

    package func received(_ bytes: [UInt8], on wire: Wire) {
        if wire === self.wire { end?.take(bytes) }
    }

    private func hear(_ event: HTTP2End.Event, _ stream: UInt32) {
        if case .goAway = event {
            isGoingAway = true
            // What lies above the last one was not looked at, and may be asked elsewhere.
            for entry in open where entry.stream > stream { takeBack(entry.ask) }
            open.removeAll { $0.stream > stream }
            return goOn()
        }
        // What was taken back may still be answered.
        guard let place = find(stream) else { return }
        let ask = open[place].ask
        switch event {
        case .head(let fields, let isLast):
            let status = Int(fields.first { $0.name == ":status" }?.value ?? "") ?? 0
            if status >= 200 {
                open[place].check = AnswerCheck(ask, status, fields)
                let set = fields.first { $0.name == "set-cookie" }?.value
                if let set, ask.host.hasPrefix("cookie") {
                    cookie = String(set.prefix { $0 != ";" })
                }
            } else if status == 0, open[place].check == nil {
                stage.ledger.violate("ask \(ask.number) has trailers before its answer")
            }
            if isLast { return finish(place) }
            guard let size = ask.tunnelSize, status >= 200 else { return }
            if status == 200 {
                let bytes = Pattern.bytes(ask.requestSeed, from: 0, count: size)
                end?.sayBody(stream, bytes) { ask.hasSaidAll = true }
            } else {
                end?.say(.data(stream, [], .endStream))
            }
        case .data(let bytes, let isLast):
            if open[place].check == nil {
                stage.ledger.violate("ask \(ask.number) has a body before its answer")
            }
            if let fault = open[place].check?.add(bytes) { stage.ledger.violate(fault) }
            if isLast { finish(place) }
        case .reset:
            open.remove(at: place)
            stage.ledger.cut(ask, wasAnnounced: false, now: stage.now)
            goOn()
        case .goAway:
            break
        }
    }

    private func takeBack(_ ask: Ask) {
        ask.isForsaken = true
        if !ask.attempts.isEmpty {
            stage.ledger.violate("ask \(ask.number) went on, and GOAWAY says that it did not")
        }
    }

    private func finish(_ place: Int) {
        let (stream, ask, check) = open.remove(at: place)
        if ask.tunnelSize != nil, !ask.hasSaidAll {
            // Its upstream has said all, and listens no longer.
            end?.forget(stream)
            end?.say(.reset(stream))
        }
        if let check, check.isCutTunnel {
            stage.ledger.cut(ask, wasAnnounced: false, now: stage.now)
        } else if let check {
            check.end(stage.ledger, stage.now)
        } else {
            stage.ledger.violate("ask \(ask.number) ended without an answer")
        }
        answered += 1
        if manner.leavesAfter == answered, let wire { return leave(wire) }
        goOn()
    }

    private func goOn() {
        stage.kernel.after(manner.pause) { [self] in
            if open.isEmpty, next == asks.count || isGoingAway { wire?.finish() } else { ask() }
        }
    }

    private func leave(_ wire: Wire) {
        for entry in open { entry.ask.isForsaken = true }
        open = []
        wire.cut()
        again()
    }

    package func ended(_ wire: Wire) {
        guard wire === self.wire else { return }
        wire.finish()
        isOver()
    }

    package func wasReset(_ wire: Wire) {
        guard wire === self.wire else { return }
        guard wire.state == .refused else { return isOver() }
        stage.ledger.turnedAway(client: number, open.map(\.ask) + asks[next...])
        isDone = true
    }

    private func isOver() {
        for entry in open {
            stage.ledger.cut(entry.ask, wasAnnounced: false, now: stage.now, on: wire)
        }
        open = []
        again()
    }

    private func again() {
        wire = nil
        stage.kernel.after(manner.pause) { [self] in
            end = nil
            start()
        }
    }
}
