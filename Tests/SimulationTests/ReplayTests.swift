import Simulation
import Testing

/// A seed is all that a simulation follows from.
struct ReplayTests {
    @Test(arguments: [UInt64(3), 8, 21, 34, 55]) func `a seed plays the same twice`(seed: UInt64) {
        let one = World.play(Scenario(seed: seed))
        let other = World.play(Scenario(seed: seed, keepsTrace: true))
        #expect(one.hash == other.hash)
        #expect(one.steps == other.steps)
        #expect(one.asks.map(\.outcome) == other.asks.map(\.outcome))
        #expect(other.lines.count > 20)
    }

    @Test func `other seeds play otherwise`() {
        let hashes = (60..<70).map { World.play(Scenario(seed: $0)).hash }
        #expect(Set(hashes).count == hashes.count)
    }

    /// A simulation in which nothing happens would find nothing either.
    @Test func `seeds reach what they are for`() {
        var seen: Set<String> = []
        for seed in 1...UInt64(80) {
            let scenario = Scenario(seed: seed)
            let report = World.play(scenario)
            if scenario.tables.count > 1 { seen.insert("swap") }
            if !scenario.jumps.isEmpty { seen.insert("jump") }
            if !scenario.wallShifts.isEmpty { seen.insert("time is set") }
            if report.underWayAtDrain > 0 { seen.insert("drained in the midst") }
            if scenario.stage.ledger.turnedAwayCount > 0 { seen.insert("met nobody") }
            if scenario.stage.ledger.cutByDrainCount > 0 { seen.insert("cut by a drain") }
            for ask in report.asks {
                if ask.attempts.count > 1 { seen.insert("sent again") }
                if ask.isForsaken { seen.insert("forsaken") }
                switch ask.outcome {
                case .answered where ask.hasSaidAll: seen.insert("tunnel")
                case .answered: seen.insert(ask.tunnelSize == nil ? "answered" : "no tunnel")
                case .refused(let status): seen.insert("\(status)")
                case .cut: seen.insert("cut")
                case nil: break
                }
            }
        }
        let wanted: Set = [
            "swap", "jump", "time is set", "drained in the midst", "met nobody", "cut by a drain",
            "sent again", "forsaken", "answered", "tunnel",
            "no tunnel", "404", "502", "503", "cut",
        ]
        #expect(wanted.subtracting(seen) == [])
    }

    @Test func `seeds over TLS reach what they are for`() {
        var seen: Set<String> = []
        for seed in 1...UInt64(40) {
            let report = World.play(Scenario(seed: seed, isSealed: true))
            for ask in report.asks where ask.isSealed {
                if ask.attempts.count > 1 { seen.insert("sent again") }
                if ask.isForsaken { seen.insert("forsaken") }
                switch ask.outcome {
                case .answered: seen.insert(ask.answerSize > 20_000 ? "much" : "answered")
                case .refused(let status): seen.insert("\(status)")
                case .cut: seen.insert("cut")
                case nil: break
                }
            }
        }
        let wanted: Set = [
            "sent again", "forsaken", "answered", "much", "404", "502", "503", "cut",
        ]
        #expect(wanted.subtracting(seen) == [])
    }
}
