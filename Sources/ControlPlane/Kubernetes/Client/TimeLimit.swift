/// Runs something for a limited time.
enum TimeLimit {
    /// The body's outcome, or nil when it took too long; it is cancelled then, and waited for.
    static func run<Outcome: Sendable>(
        _ limit: Duration, _ body: @escaping @Sendable () async -> Outcome
    ) async -> Outcome? {
        await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await body() }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}
