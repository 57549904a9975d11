/// What hashes of names begin with: who does not know it cannot choose names that share one.
///
/// Drawn at random by whoever starts the process; what it hashes means nothing to another, so no
/// hash is kept or sent.
public struct HashSeed: Hashable, Sendable {
    /// Stands for the words before the first.
    public let start: UInt64
    /// Odd, so that only a zero makes the product zero, and at least 2^63, so that it fills both
    /// its halves.
    public let factor: UInt64

    /// Of two random words; those of a seed give it again.
    public init(_ start: UInt64, _ factor: UInt64) {
        self.start = start
        self.factor = factor | 1 << 63 | 1
    }
}
