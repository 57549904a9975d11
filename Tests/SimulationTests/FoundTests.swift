import Simulation
import Testing

/// What the simulation has found in the worker, each as the least that shows it.
struct FoundTests {
    private static func ask(_ number: Int, answer size: Int, method: String = "GET") -> Ask {
        Ask(
            number: number, client: 0, host: "plain.test", method: method, bodySize: nil,
            isChunked: false, answerSize: size)
    }

    /// Each has a connection of its own.
    static func asksThatClose(_ count: Int) -> [Ask] {
        (0..<count).map { number in
            let ask = ask(number, answer: 10)
            ask.closes = true
            return ask
        }
    }

    /// Found by seed 863: the client was cut off, with the end of the first answer still to be sent.
    @Test func `an answer is sent to its end though the upstream of the next one dies`() {
        var manner = HTTP1Client.Manner()
        manner.depth = 2
        manner.readPace = 50_000
        var weather = Weather()
        weather.sendRoomMax = 2000
        var dying = AnswerPlan()
        dying.course = .diesInBody(500)
        let asks = [Self.ask(0, answer: 40_000), Self.ask(1, answer: 1000)]
        let report = World.play(
            Scenario(
                asks: asks, manner: manner, weather: weather, plans: [0: AnswerPlan(), 1: dying]))
        #expect(report.violation == nil, "\(report.text)")
        #expect(asks[0].isAnswered)
        #expect(asks[1].outcome == .cut)
    }

    /// Found by reading: the pause of an accept that found no descriptor ended without a watch.
    @Test func `a listener that cannot be watched after a pause is watched later`() {
        var weather = Weather()
        weather.exhausted = 400
        weather.unwatched = 400
        let asks = Self.asksThatClose(30)
        var manner = HTTP1Client.Manner()
        manner.depth = 1
        let report = World.play(Scenario(asks: asks, manner: manner, weather: weather))
        #expect(report.violation == nil, "\(report.text)")
        #expect(asks.contains { $0.isAnswered })
    }

    /// Found by seeds 159 and 564: its client still spoke when the upstream ended a WebSocket, and the
    /// close was a reset that destroyed what the upstream had said last.
    @Test func `what an upstream says last over a WebSocket comes though its client still speaks`()
    {
        let ask = Self.ask(0, answer: 40_000)
        ask.tunnelSize = 2_000_000
        var manner = TunnelClient.Manner()
        manner.piece = 100
        manner.readPace = 50_000
        var weather = Weather()
        weather.sendRoomMax = 2000
        var plan = AnswerPlan()
        plan.closes = true
        let report = World.play(
            Scenario(tunnel: ask, manner: manner, weather: weather, plans: [0: plan]))
        #expect(report.violation == nil, "\(report.text)")
        // An ask cannot be shown: it is tied to what is gone by now.
        let (outcome, hasSaidAll) = (ask.outcome, ask.hasSaidAll)
        #expect(outcome == .answered(by: ask.attempts[0].place))
        #expect(!hasSaidAll)
    }

    /// Found by seed 2222: two seconds after its answer the connection of a client that still sent was
    /// closed, by a reset.
    @Test func `an early answer reaches a client that goes on to send for long`() {
        let ask = Ask(
            number: 0, client: 0, host: "plain.test", method: "POST", bodySize: 40_000,
            isChunked: false, answerSize: 40_000)
        var manner = HTTP1Client.Manner()
        manner.sendPace = 300_000
        manner.readPace = 100_000
        var weather = Weather()
        weather.segmentMax = 700
        var plan = AnswerPlan()
        plan.isEarly = true
        plan.closes = true
        let report = World.play(
            Scenario(asks: [ask], manner: manner, weather: weather, plans: [0: plan]))
        #expect(report.violation == nil, "\(report.text)")
        #expect(ask.isAnswered)
    }

    /// Found by seed 701: what the client had sent ahead made the close a reset, and that destroyed
    /// the answers before.
    @Test func `answers survive that more was asked than is answered`() {
        var manner = HTTP1Client.Manner()
        manner.depth = 3
        manner.readPace = 50_000
        var dying = AnswerPlan()
        dying.course = .diesInBody(500)
        let more = Ask(
            number: 2, client: 0, host: "plain.test", method: "POST", bodySize: 200_000,
            isChunked: false, answerSize: 10)
        let asks = [Self.ask(0, answer: 30_000), Self.ask(1, answer: 1000), more]
        let report = World.play(
            Scenario(
                asks: asks, manner: manner,
                plans: [0: AnswerPlan(), 1: dying, 2: AnswerPlan()]))
        #expect(report.violation == nil, "\(report.text)")
        #expect(asks[0].isAnswered)
        #expect(asks[1].outcome == .cut)
    }
}

extension Ask {
    var isAnswered: Bool {
        if case .answered = outcome { true } else { false }
    }
}
