/// A queue of records from one thread to another, in memory of its own, without a lock.
///
/// A record is a fixed part and bytes of any count. A plain value that names memory of its own:
/// copies share it. One thread appends, one other takes; the writer never waits: what finds no
/// room is dropped and counted. The owner calls `destroy` once, when no thread uses any copy.
@safe
@frozen
public struct RecordRing<Fixed: BitwiseCopyable & Sendable>: @unchecked Sendable {
    /// SAFETY: `capacity` bytes that live from `init` to `destroy`.
    ///
    /// Those from the reader's position up to the writer's are the reader's, the others the
    /// writer's; the published positions hand them over.
    @usableFromInline let base: UnsafeMutableRawPointer
    /// Bytes of memory, a power of two.
    public let capacity: Int
    /// The two positions and the count of lost records, each on a line of its own.
    @usableFromInline let pages: CounterPages
    @usableFromInline let words: CounterRow

    @usableFromInline static var written: Int { 0 }
    @usableFromInline static var taken: Int { 8 }
    @usableFromInline static var lostWord: Int { 16 }
    /// A record begins with the count of its bytes.
    @usableFromInline static var overhead: Int {
        MemoryLayout<UInt32>.size + MemoryLayout<Fixed>.size
    }

    /// LIMIT: `capacity` bytes of records wait, a power of two that holds at least one.
    public init(capacity: Int) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0 && capacity <= 1 << 30)
        precondition(capacity >= Self.overhead)
        self.capacity = capacity
        unsafe base = .allocate(byteCount: capacity, alignment: 64)
        pages = CounterPages(limit: 1, width: 24, pageSlots: 1)
        words = pages.row(0)
    }

    /// Frees the memory; no copy may be used any more.
    public func destroy() {
        unsafe base.deallocate()
        pages.destroy()
    }

    /// Records that found no room; any thread.
    public var lost: UInt64 { words.load(Self.lostWord) }

    /// Bytes that wait to be taken; any thread.
    public var waiting: Int {
        let taken = words.observe(Self.taken)
        return Int(truncatingIfNeeded: words.observe(Self.written) &- taken)
    }

    // MARK: The writer's thread

    /// Appends a record; false, and one more lost, where there is no room for it.
    @inlinable
    @discardableResult
    public func append(_ fixed: Fixed, _ bytes: Span<UInt8>) -> Bool {
        let position = words.load(Self.written)
        let free = capacity &- Int(truncatingIfNeeded: position &- words.observe(Self.taken))
        guard bytes.count <= free &- Self.overhead else {
            words.add(Self.lostWord, 1)
            return false
        }
        // SAFETY: the room was checked, and it is the writer's; the sources live for the call.
        unsafe withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count)) {
            unsafe write($0, at: position)
        }
        unsafe withUnsafeBytes(of: fixed) { unsafe write($0, at: position &+ 4) }
        unsafe bytes.withUnsafeBytes {
            unsafe write($0, at: position &+ UInt64(Self.overhead))
        }
        words.publish(Self.written, position &+ UInt64(Self.overhead &+ bytes.count))
        return true
    }

    /// Copies bytes in, around the end where they reach it; the room must be the writer's.
    @inlinable
    func write(_ source: UnsafeRawBufferPointer, at position: UInt64) {
        let start = Int(truncatingIfNeeded: position) & (capacity &- 1)
        let first = min(source.count, capacity &- start)
        // SAFETY: both parts lie in the memory; a source never does.
        unsafe UnsafeMutableRawBufferPointer(start: base + start, count: first)
            .copyMemory(from: .init(rebasing: source[..<first]))
        guard first < source.count else { return }
        unsafe UnsafeMutableRawBufferPointer(start: base, count: source.count &- first)
            .copyMemory(from: .init(rebasing: source[first...]))
    }

    // MARK: The reader's thread

    /// Takes the oldest record, whose bytes replace what `bytes` holds; nil when none waits.
    public func take(into bytes: inout [UInt8]) -> Fixed? {
        let position = words.load(Self.taken)
        guard words.observe(Self.written) != position else { return nil }
        bytes.removeAll(keepingCapacity: true)
        read(MemoryLayout<UInt32>.size, at: position, into: &bytes)
        // SAFETY: `append` wrote a count, then a `Fixed`, then as many bytes; all are published.
        let count = unsafe bytes.withUnsafeBytes { unsafe Int($0.loadUnaligned(as: UInt32.self)) }
        bytes.removeAll(keepingCapacity: true)
        read(MemoryLayout<Fixed>.size, at: position &+ 4, into: &bytes)
        // SAFETY: as above; the bytes are those of a value of this very type.
        let fixed = unsafe bytes.withUnsafeBytes { unsafe $0.loadUnaligned(as: Fixed.self) }
        bytes.removeAll(keepingCapacity: true)
        read(count, at: position &+ UInt64(Self.overhead), into: &bytes)
        words.publish(Self.taken, position &+ UInt64(Self.overhead &+ count))
        return fixed
    }

    private func read(_ count: Int, at position: UInt64, into bytes: inout [UInt8]) {
        let start = Int(truncatingIfNeeded: position) & (capacity &- 1)
        let first = min(count, capacity &- start)
        // SAFETY: both parts lie in the memory and are the reader's until it moves on.
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: base + start, count: first))
        unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: base, count: count - first))
    }
}
