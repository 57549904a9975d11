/// Makes a page that takes time for all who ask for it: one at a time, and not without pause, so that
/// nobody keeps the control plane's one thread from its work by asking.
///
/// Whoever asks gets a page that was begun after they asked.
actor SharedPage<Form: Hashable & Sendable> {
    /// A pause is such a part of the time that making took: then making takes two thirds of the time
    /// at most, and a scrape right after another is not much slower.
    private static var pausePart: Int { 2 }
    /// The longest pause.
    private static var pauseMax: Duration { .seconds(1) }

    private let clock = ContinuousClock()
    private let make: @Sendable (Form) -> PageAnswer
    /// Pages that are not begun yet.
    private var next: [Form: Task<PageAnswer, Never>] = [:]
    private var pauseEnd: ContinuousClock.Instant?

    init(_ make: @escaping @Sendable (Form) -> PageAnswer) { self.make = make }

    /// The page, soon.
    func answer(_ form: Form) async -> PageAnswer {
        if let waiting = next[form] { return await waiting.value }
        let task = Task { await begin(form) }
        next[form] = task
        return await task.value
    }

    private func begin(_ form: Form) async -> PageAnswer {
        if let pauseEnd { try? await clock.sleep(until: pauseEnd) }
        next[form] = nil
        let began = clock.now
        let answer = make(form)
        let end = clock.now
        pauseEnd = end + min((end - began) / Self.pausePart, Self.pauseMax)
        return answer
    }
}
