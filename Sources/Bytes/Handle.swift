/// A slot's name: an index and the generation of its content, eight bytes in all.
///
/// A handle whose content was removed never names the content that came after it, so an event
/// for a closed connection is recognised as stale.
@frozen
public struct Handle: Hashable, Sendable {
    public let index: UInt32
    public let generation: UInt32

    @inlinable
    public init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }

    /// Unpacks what `packed` made; used for epoll's user data.
    @inlinable
    public init(packed: UInt64) {
        self.init(
            index: UInt32(truncatingIfNeeded: packed),
            generation: UInt32(truncatingIfNeeded: packed >> 32))
    }

    /// The handle as one word: generation above, index below.
    @inlinable
    public var packed: UInt64 { UInt64(generation) << 32 | UInt64(index) }

    /// Names nothing; no slab ever gives it out.
    @inlinable
    public static var none: Handle { Handle(index: .max, generation: 0) }

    @inlinable
    public var isNone: Bool { self == .none }
}
