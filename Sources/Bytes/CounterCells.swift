/// One 64-bit count per handle, written by one thread and read by any, without a lock.
///
/// A plain value that names memory of its own: copies share it. A handle of a newer generation
/// finds its slot at 0, whatever the former owner of the index left there. A handle of an older
/// generation reads 0, and what is added through it is dropped. Generations of one index must
/// grow (they may wrap). The owner calls `destroy` once, when no thread uses any copy.
package struct CounterCells: Sendable {
    private static var generationWord: Int { 0 }
    private static var valueWord: Int { 1 }
    private let pages: CounterPages

    /// At most `limit` cells (rounded up to whole pages); memory comes at the first write.
    package init(limit: Int) {
        pages = CounterPages(limit: limit, width: 2)
    }

    /// Frees the memory; no copy may be used any more.
    package func destroy() { pages.destroy() }

    /// How many cells can be addressed.
    package var limit: Int { pages.limit }

    /// The count, 0 when the slot is another generation's; any thread.
    package func value(_ slot: Handle) -> UInt64 {
        guard let row = pages.existingRow(Int(slot.index)) else { return 0 }
        guard row.observe(Self.generationWord) == UInt64(slot.generation) else { return 0 }
        return row.load(Self.valueWord)
    }

    /// Adds to the count; the writer's thread only.
    package func add(_ slot: Handle, _ amount: UInt64) {
        let row = pages.row(Int(slot.index))
        if Self.claim(row, for: slot.generation) { row.add(Self.valueWord, amount) }
    }

    /// Replaces the count; the writer's thread only.
    package func set(_ slot: Handle, _ value: UInt64) {
        let row = pages.row(Int(slot.index))
        if Self.claim(row, for: slot.generation) { row.store(Self.valueWord, value) }
    }

    /// Whether the slot is the generation's; a newer one takes it over, zeroed.
    private static func claim(_ row: CounterRow, for generation: UInt32) -> Bool {
        let held = UInt32(truncatingIfNeeded: row.load(generationWord))
        if held == generation { return true }
        guard Int32(bitPattern: generation &- held) > 0 else { return false }
        row.store(valueWord, 0)
        // Readers that see the new generation see the zero, or what came after it.
        row.publish(generationWord, UInt64(generation))
        return true
    }
}
