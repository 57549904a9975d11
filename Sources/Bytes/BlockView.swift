/// Where a block, or a part of one, lies: an address and a length, without a reference count.
///
/// Every read is checked against the length and traps outside of it. The view does not keep its
/// block: whoever hands it out says how long it is valid.
@safe
@frozen
public struct BlockView: BitwiseCopyable, Sendable {
    /// SAFETY: the start of `count` initialized, immutable bytes, or 0 when `count` is 0.
    @usableFromInline let address: UInt
    public let count: Int

    @inlinable
    @unsafe
    init(address: UInt, count: Int) {
        self.address = address
        self.count = count
    }

    /// Nothing.
    @inlinable
    @inline(__always)
    public static var empty: BlockView { unsafe BlockView(address: 0, count: 0) }

    @inlinable
    @inline(__always)
    public var isEmpty: Bool { count == 0 }

    @inlinable
    @inline(__always)
    public func load16(at offset: Int) -> UInt16 { load(at: offset) }

    @inlinable
    @inline(__always)
    public func load32(at offset: Int) -> UInt32 { load(at: offset) }

    @inlinable
    @inline(__always)
    public func load64(at offset: Int) -> UInt64 { load(at: offset) }

    @inlinable
    @inline(__always)
    public subscript(offset: Int) -> UInt8 { load(at: offset) }

    @inlinable
    @inline(__always)
    public func handle(at offset: Int) -> Handle { Handle(packed: load(at: offset)) }

    /// A part of this view.
    @inlinable
    @inline(__always)
    public func part(_ offset: Int, count part: Int) -> BlockView {
        precondition(offset >= 0 && part >= 0 && offset <= count && part <= count - offset)
        // SAFETY: the part lies within this view and lives as long.
        return unsafe BlockView(address: address &+ UInt(offset), count: part)
    }

    /// The bytes that a text reference (`BlockWriter.set(textAt:)`) at `offset` names.
    @inlinable
    @inline(__always)
    public func text(at offset: Int) -> BlockView {
        let reference: UInt64 = load(at: offset)
        return part(Int(reference & 0xffff_ffff), count: Int(reference >> 32))
    }

    /// The other block that a link (`BlockWriter.append(link:)`) at `offset` names.
    ///
    /// A link carries a check of its address, so that reading one where none was written traps.
    @inlinable
    @inline(__always)
    public func link(at offset: Int) -> BlockView {
        let address: UInt64 = load(at: offset)
        let count: UInt32 = load(at: offset + 8)
        let check: UInt32 = load(at: offset + 12)
        precondition(check == BlockLink.check(address: address, count: count), "not a link")
        // SAFETY: the check proves that a writer put the link there, from a view of a block that
        // whoever publishes this block keeps at least as long.
        return unsafe BlockView(address: UInt(address), count: Int(count))
    }

    /// The bytes, for as long as the view's block is held.
    @inlinable
    @inline(__always)
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // SAFETY: `count` initialized bytes that nobody changes; see the type's promise.
            let start = unsafe UnsafePointer<UInt8>(bitPattern: address)
            let span = unsafe Span(
                _unsafeElements: UnsafeBufferPointer(start: start, count: count))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Whether the text begins with all bytes of this view.
    @inlinable
    @inline(__always)
    public func isPrefix(of text: Span<UInt8>) -> Bool {
        count <= text.count && ByteScan.equal(bytes, text.extracting(first: count))
    }

    /// Whether the text has exactly these bytes.
    @inlinable
    @inline(__always)
    public func equals(_ text: Span<UInt8>) -> Bool { ByteScan.equal(bytes, text) }

    @inlinable
    @inline(__always)
    func load<Value: BitwiseCopyable>(at offset: Int) -> Value {
        precondition(offset >= 0 && offset <= count - MemoryLayout<Value>.size)
        // SAFETY: the value lies within the view, so the view is not empty and has an address;
        // the loaded types are integers, of which every bit pattern is one.
        let start = unsafe UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped
        return unsafe start.loadUnaligned(fromByteOffset: offset, as: Value.self)
    }
}
