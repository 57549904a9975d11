/// Bytes of a block to be: appended and overwritten by the control plane, then sealed.
///
/// Numbers are in the machine's own order: a block never leaves the process.
package struct BlockWriter: Sendable {
    /// LIMIT: bytes of one block; offsets in a block are 32 bits.
    package static let countMax = Int(Int32.max)

    /// Copied faster than bytes are set one by one.
    private static let zeros = [UInt8](repeating: 0, count: 1024)

    private var bytes: [UInt8] = []

    package init(reserving capacity: Int = 0) { bytes.reserveCapacity(capacity) }

    /// Where the next byte goes.
    package var count: Int { bytes.count }

    /// Adds a value at the end, as wide as its type.
    package mutating func append(_ value: UInt32) { store(value, at: grow(4)) }
    package mutating func append(_ value: UInt64) { store(value, at: grow(8)) }
    package mutating func append(_ value: Handle) { append(value.packed) }

    package mutating func append(_ view: BlockView) {
        precondition(view.count <= Self.countMax - bytes.count, "a block is too large")
        // SAFETY: the view's bytes stay while its block is held; they are copied here and now.
        unsafe view.bytes.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    package mutating func append(bytes more: Span<UInt8>) {
        precondition(more.count <= Self.countMax - bytes.count, "a block is too large")
        bytes.append(bytes: more)
    }

    /// Adds zero bytes and gives the offset of the first.
    @discardableResult
    package mutating func appendZeros(_ count: Int) -> Int { grow(count) }

    /// Adds zero bytes up to a multiple of `alignment`.
    package mutating func align(to alignment: Int) {
        grow((alignment - bytes.count % alignment) % alignment)
    }

    package mutating func append(link view: BlockView) {
        let offset = grow(BlockLink.size)
        set(link: view, at: offset)
    }

    /// Replaces a value that was written, as wide as its type.
    package mutating func set(_ value: UInt8, at offset: Int) { store(value, at: offset) }
    package mutating func set(_ value: UInt16, at offset: Int) { store(value, at: offset) }
    package mutating func set(_ value: UInt32, at offset: Int) { store(value, at: offset) }
    package mutating func set(_ value: UInt64, at offset: Int) { store(value, at: offset) }
    package mutating func set(_ value: Handle, at offset: Int) { store(value.packed, at: offset) }

    /// A reference to `count` bytes at `offset` of this block, for `BlockView.text(at:)`.
    package mutating func set(textAt offset: Int, count: Int, at place: Int) {
        precondition(offset >= 0 && count >= 0 && offset + count <= bytes.count)
        store(UInt64(count) << 32 | UInt64(offset), at: place)
    }

    package mutating func set(link view: BlockView, at offset: Int) {
        let count = UInt32(view.count)
        let address = UInt64(view.address)
        store(address, at: offset)
        store(count, at: offset + 8)
        store(BlockLink.check(address: address, count: count), at: offset + 12)
    }

    /// A number that was written; the range must be there.
    package func load32(at offset: Int) -> UInt32 {
        precondition(offset >= 0 && offset <= bytes.count - 4)
        // SAFETY: the range was checked; every bit pattern is an integer.
        return unsafe bytes.withUnsafeBytes {
            unsafe $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        }
    }

    /// Ends the writing: the bytes as a block of exactly their size.
    package func seal(countedBy ledger: BlockLedger) -> Block {
        Block(copying: bytes.span, countedBy: ledger)
    }

    @discardableResult
    private mutating func grow(_ count: Int) -> Int {
        let offset = bytes.count
        precondition(count <= Self.countMax - offset, "a block is too large")
        var rest = count
        while rest > 0 {
            let some = min(rest, Self.zeros.count)
            bytes.append(bytes: Self.zeros.span.extracting(first: some))
            rest -= some
        }
        return offset
    }

    private mutating func store<Value: FixedWidthInteger & BitwiseCopyable>(
        _ value: Value, at offset: Int
    ) {
        precondition(offset >= 0 && offset <= bytes.count - MemoryLayout<Value>.size)
        // SAFETY: the range was checked.
        unsafe bytes.withUnsafeMutableBytes {
            unsafe $0.storeBytes(of: value, toByteOffset: offset, as: Value.self)
        }
    }
}
