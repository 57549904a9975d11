import Simulation
import Testing

/// An upstream of HTTP/2 that is connected to and never sends SETTINGS; tunnels wait for them.
struct SilenceTests {
    private static func tunnel(_ number: Int) -> Ask {
        let ask = Ask(
            number: number, client: 0, host: "plain.test", method: "GET", bodySize: nil,
            isChunked: false, answerSize: 10)
        ask.tunnelSize = 10
        return ask
    }

    /// Seconds between one connect and the next.
    private static func gaps(_ scenario: Scenario) -> [Double] {
        let times = scenario.silentHost?.connectTimes ?? []
        return zip(times, times.dropFirst()).map { Double($1 - $0) / 1e9 }
    }

    @Test func `who waits goes over another connection four times, and is answered then`() {
        let scenario = Scenario(tunnels: [Self.tunnel(0)], hasOther: false)
        let report = World.play(scenario)
        #expect(report.violation == nil, "\(report.text)")
        #expect(report.asks[0].outcome == .refused(status: 503))
        // The timers' resolution is 64 ms.
        let gaps = Self.gaps(scenario)
        #expect(gaps.count == 4 && gaps.allSatisfy { (15.0...15.2).contains($0) }, "\(gaps)")
    }

    /// Twice as long each time: the connects, which go well, do not end that.
    @Test func `it is left aside for longer each time, and others are asked`() {
        var plan = AnswerPlan()
        plan.delay = 100_000
        plan.closes = true
        let count = 100
        let plans = Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, plan) })
        let scenario = Scenario(
            tunnels: (0..<count).map(Self.tunnel), hasOther: true, plans: plans)
        let report = World.play(scenario)
        #expect(report.violation == nil, "\(report.text)")
        let isAnswered = report.asks.allSatisfy {
            if case .answered = $0.outcome { true } else { false }
        }
        #expect(isAnswered)
        let gaps = Self.gaps(scenario)
        #expect(gaps.count >= 3, "\(gaps)")
        var rest = 0.25
        for gap in gaps {
            #expect(gap >= 15 + rest, "\(gaps)")
            rest *= 2
        }
    }
}
