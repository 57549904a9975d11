internal import Bytes

/// Host names with a number each, found by binary search; immutable, allocates only when made.
///
/// Look-ups take bytes of any case. The search needs no hash, so no name can be chosen to make it
/// slow.
@safe
struct NameIndex: ~Copyable, @unchecked Sendable {
    private struct Row {
        let start: Int
        let count: Int
        let value: UInt64
    }

    /// SAFETY: `count` initialized rows in order of their names, whose bytes lie in `text`; both are
    /// owned here, never written after `init` and freed in `deinit`.
    private let rows: UnsafeMutablePointer<Row>
    private let text: UnsafeMutablePointer<UInt8>
    private let count: Int

    /// Names must be lower case; of equal ones the first counts.
    init(_ entries: [(name: String, value: UInt64)]) {
        let sorted = entries.enumerated().sorted { one, other in
            let (a, b) = (one.element.name.utf8, other.element.name.utf8)
            if a.elementsEqual(b) { return one.offset < other.offset }
            return a.lexicographicallyPrecedes(b)
        }
        // SAFETY: room for every row and byte is made first; what is skipped stays unused.
        unsafe rows = .allocate(capacity: max(1, entries.count))
        unsafe text = .allocate(capacity: max(1, entries.reduce(0) { $0 + $1.name.utf8.count }))
        var used = 0
        var filled = 0
        var last: String?
        for (_, entry) in sorted where entry.name != last {
            let row = Row(start: used, count: entry.name.utf8.count, value: entry.value)
            for byte in entry.name.utf8 {
                unsafe text[used] = byte
                used += 1
            }
            unsafe (rows + filled).initialize(to: row)
            filled += 1
            last = entry.name
        }
        count = filled
    }

    deinit {
        // SAFETY: plain values, owned here.
        unsafe rows.deallocate()
        unsafe text.deallocate()
    }

    var isEmpty: Bool { count == 0 }

    /// The value of a name.
    func find(_ name: Span<UInt8>) -> UInt64? {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            // SAFETY: `middle` is below `count`.
            let row = unsafe rows[middle]
            let order = compare(name, row)
            if order == 0 { return row.value }
            if order < 0 { high = middle } else { low = middle + 1 }
        }
        return nil
    }

    /// Below 0 when the name comes before the row's, 0 when they are equal.
    private func compare(_ name: Span<UInt8>, _ row: Row) -> Int {
        for index in 0..<min(name.count, row.count) {
            // SAFETY: the row's bytes lie in `text`.
            let other = unsafe text[row.start + index]
            let difference = Int(ASCII.lowered(name[index])) - Int(other)
            if difference != 0 { return difference }
        }
        return name.count - row.count
    }
}
