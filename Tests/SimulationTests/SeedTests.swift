import Foundation
import Simulation
import Testing

/// Whole workers on seeds: nothing that must not be may ever be.
struct SeedTests {
    /// What a person asked for.
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    /// The seeds are shared out over so many tests, which run side by side.
    private static let parts: UInt64 = 8

    @Test(arguments: 0..<parts) func `no seed finds anything`(part: UInt64) {
        guard Self.number("WEIR_SIM_SEED") == nil else { return }
        let seeds = Self.number("WEIR_SIM_SEEDS") ?? 1000
        for seed in stride(from: part + 1, through: seeds, by: Int(Self.parts)) {
            let report = World.play(Scenario(seed: seed))
            if report.violation != nil { Issue.record("\(report.text)") }
        }
    }

    /// Each costs several times what a plain one does.
    @Test(arguments: 0..<parts) func `no seed finds anything over TLS`(part: UInt64) {
        guard Self.number("WEIR_SIM_SEED") == nil else { return }
        let seeds = (Self.number("WEIR_SIM_SEEDS") ?? 1000) / 5
        for seed in stride(from: part + 1, through: seeds, by: Int(Self.parts)) {
            let report = World.play(Scenario(seed: seed, isSealed: true))
            if report.violation != nil { Issue.record("\(report.text)") }
        }
    }

    @Test func `a seed that is asked for`() {
        guard let seed = Self.number("WEIR_SIM_SEED") else { return }
        let isSealed = Self.number("WEIR_SIM_TLS") == 1
        let report = World.play(Scenario(seed: seed, isSealed: isSealed, keepsTrace: true))
        for line in report.lines { print(line) }
        #expect(report.violation == nil, "\(report.text)")
    }
}
