/// Lets a few in at a time; the others wait in turn.
actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ places: Int) { free = places }

    /// Runs the body when it is its turn.
    func pass<Outcome: Sendable>(
        _ body: @Sendable () async -> Outcome
    ) async -> Outcome {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
        let outcome = await body()
        // Who waits gets the place of who leaves.
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
        return outcome
    }
}
