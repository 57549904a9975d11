/// Waits that grow with each fault, drawn at random so that many clients do not come at once.
struct Backoff: Sendable {
    private let first: Duration
    private let most: Duration
    /// Faults since it was last reset.
    private(set) var faults = 0

    init(first: Duration, most: Duration) {
        self.first = first
        self.most = most
    }

    mutating func reset() { faults = 0 }

    /// The next wait: anything up to `first`, then up to twice as much each time, up to `most`.
    mutating func next() -> Duration {
        var random = SystemRandomNumberGenerator()
        return next(using: &random)
    }

    mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
        var limit = first
        for _ in 0..<min(faults, 30) where limit < most { limit *= 2 }
        faults += 1
        return min(limit, most) * Double.random(in: 0...1, using: &random)
    }
}
