internal import Bytes
internal import CPCRE2

/// A compiled pattern as a block names it: an address and a check, without a reference count.
///
/// The builder holds the pattern at least as long as the block, as with links between blocks.
@safe
struct RegexReference: BitwiseCopyable {
    /// SAFETY: a `pcre2_code` that its `RegexPattern` keeps while the block is in use.
    private let address: UInt64

    /// Reads what `write` wrote; anything else traps.
    init(_ block: BlockView, at offset: Int) {
        address = block.load64(at: offset)
        precondition(block.load64(at: offset + 8) == Self.check(address), "not a pattern")
    }

    static func write(_ pattern: RegexPattern, to writer: inout BlockWriter, at offset: Int) {
        writer.set(UInt64(pattern.address), at: offset)
        writer.set(check(UInt64(pattern.address)), at: offset + 8)
    }

    /// For the search only.
    var code: OpaquePointer? { unsafe OpaquePointer(bitPattern: UInt(address)) }

    private static func check(_ address: UInt64) -> UInt64 {
        (address ^ 0x6a09_e667_f3bc_c908) &* 0x9e37_79b9_7f4a_7c15 | 1
    }
}
