internal import Bytes

extension HashSeed {
    /// One that nobody else knows, for one table.
    static var drawn: HashSeed {
        HashSeed(.random(in: .min ... .max), .random(in: .min ... .max))
    }
}
