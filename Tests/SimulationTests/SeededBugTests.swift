import Simulation
import Testing

@testable import DataPlane

/// The simulation finds what it is for: each of these bugs, within so many seeds.
struct SeededBugTests {
    private static let seedsMax: UInt64 = 1000

    @Test(arguments: SeededBug.allCases) func `a seeded bug is found`(bug: SeededBug) {
        for seed in 1...Self.seedsMax {
            let report = World.play(Scenario(seed: seed)) { $0.worker.seededBug = bug }
            guard let violation = report.violation else { continue }
            print("\(bug): seed \(seed), step \(report.steps): \(violation)")
            return
        }
        Issue.record("\(bug) was not found by \(Self.seedsMax) seeds")
    }
}
