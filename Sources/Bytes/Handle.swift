/// A slot's name: an index and the generation of its content, eight bytes in all.
///
/// A handle whose content was removed never names the content that came after it, so an event
/// for a closed connection is recognised as stale.
@frozen
public struct Handle: Hashable, Sendable {
    /// The handle as one word: generation above, index below; epoll's user data.
    public let packed: UInt64

    @inlinable
    public init(index: UInt32, generation: UInt32) {
        packed = UInt64(generation) << 32 | UInt64(index)
    }

    /// Unpacks what `packed` made.
    @inlinable
    public init(packed: UInt64) { self.packed = packed }

    /// The slot's number, from 0.
    @inlinable
    public var index: UInt32 { UInt32(truncatingIfNeeded: packed) }

    /// Odd for what a slab gave out.
    @inlinable
    public var generation: UInt32 { UInt32(truncatingIfNeeded: packed >> 32) }

    /// Names nothing; no slab ever gives it out.
    @inlinable
    public static var none: Handle { Handle(packed: UInt64(UInt32.max)) }

    @inlinable
    public var isNone: Bool { self == .none }
}
