/// Finds numbers by the hashes of what they stand for: four bytes in each slot, where a dictionary
/// holds the keys once more.
///
/// Open addressing, at most two thirds full; who owns the keys compares and hashes them.
struct HashIndex {
    /// A number plus 1; 0: the slot is free.
    private var slots: [UInt32] = []
    private var count = 0

    /// The number with that hash for which `isIt` holds.
    func find(_ hash: Int, _ isIt: (Int) -> Bool) -> Int? {
        guard !slots.isEmpty else { return nil }
        var slot = hash & (slots.count - 1)
        while slots[slot] != 0 {
            let number = Int(slots[slot]) - 1
            if isIt(number) { return number }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The number must not be there yet; `hash` gives that of any that is, and of this one.
    mutating func insert(_ number: Int, _ hash: (Int) -> Int) {
        if (count + 1) * 3 > slots.count * 2 { grow(hash) }
        put(number, hash(number))
        count += 1
    }

    /// The number must be there.
    mutating func remove(_ number: Int, _ hash: (Int) -> Int) {
        let mask = slots.count - 1
        var hole = hash(number) & mask
        while slots[hole] != UInt32(number + 1) { hole = (hole + 1) & mask }
        // What stands behind moves up where it may, so that no walk ends too early.
        var slot = (hole + 1) & mask
        while slots[slot] != 0 {
            let home = hash(Int(slots[slot]) - 1) & mask
            if (slot - home) & mask >= (slot - hole) & mask {
                slots[hole] = slots[slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        slots[hole] = 0
        count -= 1
    }

    private mutating func grow(_ hash: (Int) -> Int) {
        let old = slots
        slots = Array(repeating: 0, count: max(16, old.count * 2))
        for held in old where held != 0 { put(Int(held) - 1, hash(Int(held) - 1)) }
    }

    private mutating func put(_ number: Int, _ hash: Int) {
        var slot = hash & (slots.count - 1)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = UInt32(number + 1)
    }
}
