internal import CLinux

/// Slots of 64-bit words that one thread writes and any thread reads, without a lock.
///
/// A plain value that names memory of its own: copies share it. Pages come at the writer's first
/// store into them, never move, and are zero at first; a load from a page that is not there
/// gives 0. Words are relaxed atomics, so a reader sees each word whole but no order among
/// words, except where `publish` and `observe` make one. The owner calls `destroy` once, when no
/// thread uses any copy; what is never destroyed lives as long as the process.
@safe
package struct CounterPages: @unchecked Sendable {
    private static var pageShift: Int { 8 }
    private static var pageSlots: Int { 1 << pageShift }

    /// SAFETY: `pageCount` addresses, 0 until the page is there; lives from `init` to `destroy`.
    private let directory: UnsafeMutablePointer<UInt64>
    private let pageCount: Int
    /// Words in each slot.
    package let width: Int

    /// At most `limit` slots (rounded up to whole pages of 256) of `width` words each.
    package init(limit: Int, width: Int) {
        precondition(limit > 0 && limit <= 1 << 31 && width > 0 && width <= 1 << 10)
        pageCount = (limit + Self.pageSlots - 1) >> Self.pageShift
        self.width = width
        unsafe directory = .allocate(capacity: pageCount)
        unsafe directory.initialize(repeating: 0, count: pageCount)
    }

    /// Frees the memory; no copy may be used any more.
    package func destroy() {
        for page in 0..<pageCount {
            // SAFETY: each address other than 0 was allocated by `addPage`.
            unsafe UnsafeMutablePointer<UInt64>(bitPattern: UInt(directory[page]))?.deallocate()
        }
        unsafe directory.deallocate()
    }

    /// How many slots can be addressed.
    package var limit: Int { pageCount << Self.pageShift }

    /// A word, 0 where nothing was written; any thread.
    package func load(_ slot: Int, _ word: Int) -> UInt64 {
        guard let cell = unsafe cell(slot, word) else { return 0 }
        return unsafe weir_load_relaxed(cell)
    }

    /// Writes a word; the writer's thread only.
    package func store(_ slot: Int, _ word: Int, _ value: UInt64) {
        unsafe weir_store_relaxed(writableCell(slot, word), value)
    }

    /// Adds to a word, wrapping; the writer's thread only.
    package func add(_ slot: Int, _ word: Int, _ amount: UInt64) {
        let cell = unsafe writableCell(slot, word)
        unsafe weir_store_relaxed(cell, weir_load_relaxed(cell) &+ amount)
    }

    /// Writes a word so that who observes it also sees all that was written before.
    package func publish(_ slot: Int, _ word: Int, _ value: UInt64) {
        unsafe weir_store_release(writableCell(slot, word), value)
    }

    /// Reads a word that `publish` wrote; any thread.
    package func observe(_ slot: Int, _ word: Int) -> UInt64 {
        guard let cell = unsafe cell(slot, word) else { return 0 }
        return unsafe weir_load_acquire(cell)
    }

    private func cell(_ slot: Int, _ word: Int) -> UnsafeMutablePointer<UInt64>? {
        precondition(slot >= 0 && slot >> Self.pageShift < pageCount)
        precondition(word >= 0 && word < width)
        // SAFETY: the page's index was checked; a page's address is published with its zeros.
        let page = unsafe weir_load_acquire(directory + slot >> Self.pageShift)
        // SAFETY: a page holds `pageSlots` slots of `width` words and never moves.
        return unsafe UnsafeMutablePointer(bitPattern: UInt(page)).map {
            unsafe $0 + ((slot & (Self.pageSlots - 1)) * width + word)
        }
    }

    private func writableCell(_ slot: Int, _ word: Int) -> UnsafeMutablePointer<UInt64> {
        // SAFETY: as for `cell`.
        if let cell = unsafe cell(slot, word) { return unsafe cell }
        return unsafe addPage(slot) + ((slot & (Self.pageSlots - 1)) * width + word)
    }

    private func addPage(_ slot: Int) -> UnsafeMutablePointer<UInt64> {
        let words = Self.pageSlots * width
        let page = UnsafeMutablePointer<UInt64>.allocate(capacity: words)
        unsafe page.initialize(repeating: 0, count: words)
        // SAFETY: one writer, so no other page can take the place; zeros are published with it.
        unsafe weir_store_release(
            directory + slot >> Self.pageShift, UInt64(UInt(bitPattern: page)))
        return unsafe page
    }
}
