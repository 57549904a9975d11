/// A small generator of pseudo-random words from a seed that the caller draws elsewhere.
///
/// It spreads choices; it keeps no secret. One per worker.
package struct Entropy: ~Copyable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// 64 bits, each value once in 2^64 calls: SplitMix64 (Steele and others, 2014).
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ word >> 30) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ word >> 27) &* 0x94d0_49bb_1331_11eb
        return word ^ word >> 31
    }

    /// A number below `bound` (at least 1), each as likely up to 1 in 2^32 for small bounds.
    package mutating func next(below bound: UInt64) -> UInt64 {
        precondition(bound > 0)
        return next().multipliedFullWidth(by: bound).high
    }
}
