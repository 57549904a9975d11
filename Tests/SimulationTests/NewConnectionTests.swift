import Simulation
import Testing

/// What a new connection asks of the kernel.
struct NewConnectionTests {
    /// Thirty connections, one after the other.
    private static func play(_ weather: Weather) -> (SimulatedKernel, World.Report) {
        var manner = HTTP1Client.Manner()
        manner.depth = 1
        let scenario = Scenario(
            asks: FoundTests.asksThatClose(30), manner: manner, weather: weather)
        let report = World.play(scenario)
        return (scenario.kernel, report)
    }

    @Test func `no accept is made in vain, and none is watched before it is read from`() {
        let (kernel, report) = Self.play(Weather())
        #expect(report.violation == nil, "\(report.text)")
        #expect(report.asks.filter(\.isAnswered).count == 30)
        #expect(kernel.vainAcceptCount == 0)
        #expect(kernel.earlyWatchCount == 0)
    }

    @Test func `a kernel that does not tell how many wait is asked until none is left`() {
        var weather = Weather()
        weather.tellsWaiting = false
        let (_, report) = Self.play(weather)
        #expect(report.violation == nil, "\(report.text)")
        #expect(report.asks.filter(\.isAnswered).count == 30)
    }
}
