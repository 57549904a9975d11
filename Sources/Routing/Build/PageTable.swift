internal import Bytes

/// A growing array of fixed-size entries, cut into blocks so that a change copies one page.
struct PageTable {
    private let shift: Int
    private let entrySize: Int
    private(set) var pages: [Block] = []
    /// Some more than once.
    private var dirty: [Int] = []

    /// Pages of `2 ^ shift` entries of `entrySize` bytes.
    init(shift: Int, entrySize: Int) {
        self.shift = shift
        self.entrySize = entrySize
    }

    /// The entry is to be written at the next `flush`.
    mutating func touch(_ index: Int) {
        if dirty.last != index { dirty.append(index) }
    }

    /// Rewrites the pages with touched entries, and adds pages for new ones.
    ///
    /// - Parameters:
    ///   - blank: Writes an entry that was never touched; it may leave it zero.
    ///   - fill: Writes a touched entry at the offset.
    mutating func flush(
        _ graveyard: inout Graveyard,
        blank: (inout BlockWriter, _ offset: Int) -> Void,
        fill: (inout BlockWriter, _ offset: Int, _ index: Int) -> Void
    ) {
        let touched = Dictionary(grouping: dirty) { $0 >> shift }
        dirty = []
        guard let last = touched.keys.max() else { return }
        let new = pages.count..<max(pages.count, last + 1)
        for page in Set(touched.keys).union(new).sorted() {
            var writer = BlockWriter(reserving: entrySize << shift)
            if page < pages.count {
                writer.append(pages[page].view)
            } else {
                writer.appendZeros(entrySize << shift)
                for entry in 0..<1 << shift { blank(&writer, entry * entrySize) }
            }
            for index in touched[page] ?? [] {
                fill(&writer, (index - page << shift) * entrySize, index)
            }
            let block = writer.seal(countedBy: graveyard.ledger)
            if page < pages.count {
                graveyard.bury(pages[page])
                pages[page] = block
            } else {
                pages.append(block)
            }
        }
    }
}
