/// An address where an upstream may be.
package final class UpstreamHost {
    private let stage: Stage
    package let place: Place
    let isMultiplexed: Bool
    /// It takes extended CONNECT (RFC 8441); else it takes Upgrade over HTTP/1 on the same port.
    package var takesTunnels = true
    /// Thousandths of connects that fail.
    package var refused = 0
    /// It takes connections and never says anything.
    package var isSilent = false
    /// When it was connected to, virtual nanoseconds.
    package private(set) var connectTimes: [UInt64] = []
    private var connections: [any FarEnd] = []

    package init(_ stage: Stage, _ place: Place, isMultiplexed: Bool) {
        self.stage = stage
        self.place = place
        self.isMultiplexed = isMultiplexed
    }

    /// How a connect to it goes.
    package func answer(_ wire: Wire) -> SimulatedKernel.Verdict {
        connectTimes.append(stage.now)
        if isSilent { return keepSilent(wire) }
        let dice = stage.dice
        if dice.chance(refused) {
            let delay = dice.pick([0, 1000, 100_000])
            return dice.pick([
                .refuse(after: delay), .refuseAtOnce, .unreachable, .noPort, .silence,
            ])
        }
        let connection: any FarEnd =
            isMultiplexed
            ? SniffingUpstream(stage, place, wire, takesTunnels: takesTunnels)
            : HTTP1Upstream(stage, place, wire)
        connections.append(connection)
        return dice.chance(50)
            ? .acceptAtOnce(connection)
            : .accept(connection, after: dice.pick([0, 300, 20_000, 1_000_000]))
    }

    private func keepSilent(_ wire: Wire) -> SimulatedKernel.Verdict {
        stage.ledger.note(.silence(revision: place.revision), at: stage.now, on: wire)
        let connection = SilentUpstream()
        connections.append(connection)
        return .accept(connection, after: 0)
    }
}
