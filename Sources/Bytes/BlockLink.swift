/// What marks a link between blocks, 16 bytes: address, length, check.
@usableFromInline
enum BlockLink {
    @usableFromInline static let size = 16

    /// Differs for nearly every other address and length, and from what text looks like.
    @inlinable
    static func check(address: UInt64, count: UInt32) -> UInt32 {
        let mixed = (address ^ UInt64(count) << 20) &* 0x9e37_79b9_7f4a_7c15
        return UInt32(truncatingIfNeeded: mixed >> 32) | 1
    }
}
