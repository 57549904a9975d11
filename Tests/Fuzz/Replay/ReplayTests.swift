import Testing

/// Inputs that fuzzers found, and those that they began with: each rule holds for each.
struct ReplayTests {
    @Test(arguments: Subject.real)
    func `seeds break no rule, cut anywhere`(subject: Subject) throws {
        #expect(subject.seeds.count >= 4)
        try Cuts.$everyPlaceMax.withValue(Self.everyPlaceMax) {
            for seed in subject.seeds { try subject.check(seed) }
        }
    }

    /// Longer ones are cut at a few places only.
    private static let everyPlaceMax = 300

    @Test(arguments: Subject.real)
    func `what is kept breaks no rule, cut anywhere`(subject: Subject) throws {
        let corpus = try subject.corpus()
        #expect(!corpus.isEmpty)
        for (name, bytes) in corpus {
            do throws(Finding) {
                try subject.check(bytes)
            } catch {
                Issue.record("\(subject)/\(name): \(error)")
            }
        }
    }

    @Test func `the canary's fault is found, and is its only one`() throws {
        #expect(throws: Finding.self) { try Subject.canary.check(Array("weir\u{1}\u{1}x".utf8)) }
        try Subject.canary.check(Array("weir\u{0}\u{1}x".utf8))
        for seed in Subject.canary.seeds { try Subject.canary.check(seed) }
    }
}
