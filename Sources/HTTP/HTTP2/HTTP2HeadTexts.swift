internal import Bytes

/// Texts of heads that a session has submitted and not packed yet: the library reads them where they
/// are.
///
/// SAFETY: blocks of the worker's memory, linked by their first word; given back when nothing of the
/// session waits any more, or with it.
@unsafe
struct HTTP2HeadTexts: ~Copyable {
    private static let linkBytes = 16
    /// LIMIT: bytes of a text that is kept here; longer ones the library copies.
    static let textBytesMax = 2048 - linkBytes

    private var newest: UnsafeMutableRawPointer?

    var isEmpty: Bool { unsafe newest == nil }

    /// Keeps a copy of a text; nil when it is too long.
    mutating func keep(
        _ text: UnsafeBufferPointer<UInt8>, in memory: inout HTTP2Memory
    ) -> UnsafeMutablePointer<UInt8>? {
        // SAFETY: the block has room for the link and the text.
        guard let from = text.baseAddress, unsafe text.count <= Self.textBytesMax,
            let block = unsafe memory.allocate(Self.linkBytes + text.count)
        else { return nil }
        unsafe block.storeBytes(of: newest, as: UnsafeMutableRawPointer?.self)
        unsafe newest = unsafe block
        let start = unsafe block + Self.linkBytes
        unsafe start.copyMemory(from: from, byteCount: text.count)
        return unsafe start.assumingMemoryBound(to: UInt8.self)
    }

    /// Gives all of them back: the library reads none any more.
    mutating func removeAll(givingTo memory: inout HTTP2Memory) {
        // SAFETY: the first word of each block links to the one before.
        while let block = unsafe newest {
            unsafe newest = unsafe block.load(as: UnsafeMutableRawPointer?.self)
            unsafe memory.give(block)
        }
    }
}
