public import Synchronization

/// Slots of 64-bit words that one thread writes and any thread reads, without a lock.
///
/// A plain value that names memory of its own: copies share it. Pages come when the writer first
/// asks for a row in them, never move, and are zero at first. The owner calls `destroy` once,
/// when no thread uses any copy; what is never destroyed lives as long as the process.
@safe
@frozen
public struct CounterPages: @unchecked Sendable {
    /// SAFETY: `pageCount` addresses, 0 until the page is there; lives from `init` to `destroy`.
    @usableFromInline let directory: UnsafeMutablePointer<Atomic<UInt>>
    @usableFromInline let pageCount: Int
    @usableFromInline let pageShift: Int
    /// Words in each slot.
    public let width: Int

    /// At most `limit` slots (rounded up to whole pages) of `width` words each.
    ///
    /// A page holds `pageSlots` slots, a power of two.
    public init(limit: Int, width: Int, pageSlots: Int = 256) {
        precondition(limit > 0 && limit <= 1 << 31 && width > 0 && width <= 1 << 10)
        precondition(pageSlots > 0 && pageSlots & (pageSlots - 1) == 0)
        pageShift = pageSlots.trailingZeroBitCount
        pageCount = (limit + pageSlots - 1) >> pageShift
        self.width = width
        unsafe directory = .allocate(capacity: pageCount)
        for page in 0..<pageCount {
            // SAFETY: the index is below the count just allocated.
            unsafe (directory + page).initialize(to: Atomic(0))
        }
    }

    /// Frees the memory; no copy and no row may be used any more.
    public func destroy() {
        for page in 0..<pageCount {
            // SAFETY: each address other than 0 was allocated by `addPage`; nobody uses it.
            let address = unsafe directory[page].load(ordering: .acquiring)
            unsafe UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: address)?.deallocate()
        }
        unsafe directory.deallocate()
    }

    /// How many slots can be addressed.
    @inlinable
    public var limit: Int { pageCount << pageShift }

    /// A slot's words for the writer, whose thread alone may call this.
    @inlinable @inline(__always)
    public func row(_ slot: Int) -> CounterRow {
        existingRow(slot) ?? addedRow(slot)
    }

    /// A slot's words where they are there, nil where all are still 0; any thread.
    @inlinable @inline(__always)
    public func existingRow(_ slot: Int) -> CounterRow? {
        precondition(slot >= 0 && slot &>> pageShift < pageCount)
        // SAFETY: the page's index was checked; a page's address is published with its zeros.
        let address = unsafe directory[slot &>> pageShift].load(ordering: .acquiring)
        guard let page = unsafe UnsafeMutablePointer<Atomic<UInt64>>(bitPattern: address) else {
            return nil
        }
        // SAFETY: a page holds `1 << pageShift` slots of `width` words and never moves.
        return unsafe CounterRow(
            base: page + (slot & (1 &<< pageShift &- 1)) &* width, width: width)
    }

    @usableFromInline
    func addedRow(_ slot: Int) -> CounterRow {
        addPage(slot &>> pageShift)
        guard let row = existingRow(slot) else { preconditionFailure("a page was just added") }
        return row
    }

    private func addPage(_ page: Int) {
        let words = width << pageShift
        let base = UnsafeMutablePointer<Atomic<UInt64>>.allocate(capacity: words)
        for word in 0..<words {
            // SAFETY: the index is below the count just allocated.
            unsafe (base + word).initialize(to: Atomic(0))
        }
        // SAFETY: one writer, so no other page can take the place; the zeros go out with it.
        unsafe directory[page].store(UInt(bitPattern: base), ordering: .releasing)
    }
}
