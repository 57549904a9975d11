/// Where a walk over the connections of one kind goes on, and when.
struct EvictionWalk: BitwiseCopyable {
    var next: UInt32 = 0
    /// A fruitless look is not repeated before then, monotonic nanoseconds.
    var restsUntil: UInt64 = 0
}
