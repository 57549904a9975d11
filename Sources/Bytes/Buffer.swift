internal import CLinux

/// A queue of bytes in one chunk: appended at the end, consumed at the front.
///
/// Empty buffers hold no chunk. The chunk comes from the worker's pool and grows by whole
/// classes; `release` gives it back. What is dropped with a chunk in it frees the chunk.
@safe
@frozen
public struct Buffer: ~Copyable {
    /// SAFETY: a chunk of so many bytes that only this buffer holds, or nil.
    @usableFromInline var base: UnsafeMutableRawPointer?
    /// Bytes of the chunk; 0 without one.
    public internal(set) var capacity = 0
    @usableFromInline var start = 0
    @usableFromInline var end = 0

    @inlinable
    public init() {}

    @inlinable
    deinit { unsafe base?.deallocate() }

    /// Bytes waiting.
    @inlinable
    public var count: Int { end - start }
    @inlinable
    public var isEmpty: Bool { end == start }

    /// The waiting bytes.
    @inlinable
    public var bytes: Span<UInt8> {
        @_lifetime(borrow self)
        get {
            // SAFETY: the chunk lives until a mutating call; `start ..< end` is initialized.
            let pointer = unsafe base.map { unsafe $0 + start }?.assumingMemoryBound(to: UInt8.self)
            let span = unsafe Span(
                _unsafeElements: UnsafeBufferPointer(start: pointer, count: end - start))
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Drops `count` bytes at the front.
    @inlinable
    public mutating func consume(_ count: Int) {
        precondition(count >= 0 && count <= end - start)
        start += count
        if start == end {
            start = 0
            end = 0
        }
    }

    /// Drops all bytes and keeps the chunk.
    @inlinable
    public mutating func removeAll() {
        start = 0
        end = 0
    }

    /// Drops `count` bytes at the end.
    package mutating func removeLast(_ count: Int) {
        precondition(count >= 0 && count <= end - start)
        end -= count
    }

    /// Drops all bytes and gives the chunk back.
    @inlinable
    @inline(__always)
    public mutating func release(to pool: inout ChunkPool) {
        // Most of what is released never had a chunk.
        if unsafe base != nil { giveBack(to: &pool) }
    }

    @usableFromInline
    mutating func giveBack(to pool: inout ChunkPool) {
        if let chunk = unsafe base {
            unsafe pool.give(chunk, class: ChunkPool.classIndex(ofSize: capacity))
            unsafe base = nil
            capacity = 0
        }
        removeAll()
    }

    /// Makes room for `count` more bytes, so that the appends without a pool have it.
    @inlinable
    public mutating func reserve(_ count: Int, from pool: inout ChunkPool) {
        if room >= count { return }
        grow(count, from: &pool)
    }

    @usableFromInline
    mutating func grow(_ count: Int, from pool: inout ChunkPool) {
        let waiting = end - start
        if let chunk = unsafe base, capacity - waiting >= count {
            // SAFETY: both ranges lie in the chunk; memmove allows overlap.
            unsafe memmove(chunk, chunk + start, waiting)
        } else {
            let wanted = ChunkPool.classIndex(holding: waiting + count)
            let grown = unsafe pool.take(class: wanted)
            if let chunk = unsafe base {
                // SAFETY: the new chunk is larger than what waits.
                unsafe memcpy(grown, chunk + start, waiting)
                unsafe pool.give(chunk, class: ChunkPool.classIndex(ofSize: capacity))
            }
            unsafe base = unsafe grown
            capacity = ChunkPool.size(ofClass: wanted)
        }
        start = 0
        end = waiting
    }

    /// Appends bytes; room is made from the pool.
    package mutating func append(_ bytes: Span<UInt8>, from pool: inout ChunkPool) {
        reserve(bytes.count, from: &pool)
        append(bytes)
    }

    /// Appends what waits in another buffer, but for its first `skipped` bytes.
    package mutating func append(
        _ other: borrowing Buffer, skipping skipped: Int = 0, from pool: inout ChunkPool
    ) {
        append(other.bytes.extracting(skipped..<other.count), from: &pool)
    }

    // MARK: Appends into reserved room

    /// Free bytes behind the end.
    @inlinable
    public var room: Int { capacity - end }

    /// Appends bytes into room that `reserve` made; without it this traps.
    @inlinable
    public mutating func append(_ bytes: Span<UInt8>) {
        let count = bytes.count
        precondition(count <= room)
        if count == 0 { return }
        // SAFETY: the room was checked, so there is a chunk; the ranges cannot overlap.
        unsafe bytes.withUnsafeBytes { source in
            if let from = source.baseAddress, let to = unsafe base {
                unsafe ByteCopy.copy(count, from: from, to: to + end)
            }
        }
        end += count
    }

    /// Appends what waits in another buffer, into reserved room.
    package mutating func append(_ other: borrowing Buffer) { append(other.bytes) }

    /// Appends two texts with these two bytes between, and a line end: into reserved room, which is
    /// looked at once.
    public mutating func append(
        line first: Span<UInt8>, _ between: UInt8, _ blank: UInt8, _ second: Span<UInt8>
    ) {
        let count = first.count + second.count + 4
        precondition(count <= room)
        guard let base = unsafe base else { return }
        // SAFETY: the room was checked, so there is a chunk; the ranges cannot overlap.
        let start = unsafe base + end
        unsafe first.withUnsafeBytes { source in
            if let from = source.baseAddress {
                unsafe ByteCopy.copy(source.count, from: from, to: start)
            }
        }
        unsafe start.storeBytes(of: between, toByteOffset: first.count, as: UInt8.self)
        unsafe start.storeBytes(of: blank, toByteOffset: first.count + 1, as: UInt8.self)
        unsafe second.withUnsafeBytes { source in
            if let from = source.baseAddress {
                unsafe ByteCopy.copy(source.count, from: from, to: start + first.count + 2)
            }
        }
        unsafe start.storeBytes(of: 0x0d, toByteOffset: count - 2, as: UInt8.self)
        unsafe start.storeBytes(of: 0x0a, toByteOffset: count - 1, as: UInt8.self)
        end += count
    }

    /// Appends a text that was written in the source: with its length known, a few moves.
    @inlinable
    @inline(__always)
    public mutating func append(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        precondition(count <= room && text.hasPointerRepresentation)
        // SAFETY: a static string's bytes live for ever; the room was checked.
        if let to = unsafe base {
            unsafe ByteCopy.copy(count, from: text.utf8Start, to: to + end)
        }
        end += count
    }

    /// Appends a field whose name was written in the source, as HTTP/1 writes it: name, value and 4
    /// bytes more.
    @inlinable
    @inline(__always)
    public mutating func append(field name: StaticString, _ value: Span<UInt8>) {
        append(name)
        append(bytesOf: 0x203a as UInt16)
        append(value)
        append(bytesOf: 0x0a0d as UInt16)
    }

    /// The same where the value was written there too.
    @inlinable
    @inline(__always)
    public mutating func append(field name: StaticString, _ value: StaticString) {
        append(name)
        append(bytesOf: 0x203a as UInt16)
        append(value)
        append(bytesOf: 0x0a0d as UInt16)
    }

    @inlinable
    @inline(__always)
    public mutating func append(_ byte: UInt8) {
        precondition(room >= 1)
        // SAFETY: the room was checked.
        unsafe base?.storeBytes(of: byte, toByteOffset: end, as: UInt8.self)
        end += 1
    }

    /// Appends the bytes of a word, the lowest first.
    @inlinable
    @inline(__always)
    public mutating func append<Word: FixedWidthInteger & BitwiseCopyable>(bytesOf word: Word) {
        let count = MemoryLayout<Word>.size
        precondition(room >= count)
        // SAFETY: the room was checked.
        unsafe base?.storeBytes(of: word.littleEndian, toByteOffset: end, as: Word.self)
        end += count
    }

    /// Appends a string's UTF-8; for the cold path.
    package mutating func append(utf8 text: String, from pool: inout ChunkPool) {
        append(text.utf8.span, from: &pool)
    }

    // MARK: Filling by the kernel

    /// Hands the free part to `fill`, which returns how many bytes it wrote there.
    package mutating func fill(_ fill: (UnsafeMutableRawBufferPointer) -> Int) -> Int {
        guard let base = unsafe base else { return 0 }
        // SAFETY: the free part lies in the chunk that this buffer owns.
        let free = unsafe UnsafeMutableRawBufferPointer(start: base + end, count: room)
        let count = unsafe fill(free)
        precondition(count >= 0 && count <= room)
        end += count
        return count
    }
}
