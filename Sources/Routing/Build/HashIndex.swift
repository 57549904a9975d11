/// Finds numbers by the hashes of what they stand for: eight bytes in each slot, where a dictionary
/// holds the keys once more.
///
/// Open addressing, at most two thirds full; who owns the keys compares and hashes them. Inlinable, so
/// that other targets compare without a closure.
public struct HashIndex: Sendable {
    /// The lower half of a hash above a number plus 1; 0: the slot is free.
    @usableFromInline var slots: [UInt64] = []
    private var count = 0

    /// Of nothing.
    public init() {}

    /// The number with that hash for which `isIt` holds.
    @inlinable
    public func find(_ hash: Int, _ isIt: (Int) -> Bool) -> Int? {
        guard !slots.isEmpty else { return nil }
        let mask = slots.count - 1
        var slot = hash & mask
        while slots[slot] != 0 {
            if Self.hash(slots[slot]) == UInt32(truncatingIfNeeded: hash) {
                let number = Self.number(slots[slot])
                if isIt(number) { return number }
            }
            slot = (slot + 1) & mask
        }
        return nil
    }

    /// The number must not be there yet with that hash.
    public mutating func insert(_ number: Int, hash: Int) {
        if (count + 1) * 3 > slots.count * 2 { grow() }
        put(Self.held(number, hash: hash))
        count += 1
    }

    /// The number must be there, with that hash.
    public mutating func remove(_ number: Int, hash: Int) {
        let mask = slots.count - 1
        var hole = hash & mask
        let held = Self.held(number, hash: hash)
        while slots[hole] != held {
            precondition(slots[hole] != 0, "a number that is not there")
            hole = (hole + 1) & mask
        }
        // What stands behind moves up where it may, so that no walk ends too early.
        var slot = (hole + 1) & mask
        while slots[slot] != 0 {
            let home = Int(Self.hash(slots[slot])) & mask
            if (slot - home) & mask >= (slot - hole) & mask {
                slots[hole] = slots[slot]
                hole = slot
            }
            slot = (slot + 1) & mask
        }
        slots[hole] = 0
        count -= 1
    }

    /// More than 2^32 slots, which half a hash could not tell apart, would not fit in memory.
    private mutating func grow() {
        let old = slots
        slots = Array(repeating: 0, count: max(16, old.count * 2))
        for held in old where held != 0 { put(held) }
    }

    private mutating func put(_ held: UInt64) {
        let mask = slots.count - 1
        var slot = Int(Self.hash(held)) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = held
    }

    private static func held(_ number: Int, hash: Int) -> UInt64 {
        UInt64(UInt32(truncatingIfNeeded: hash)) << 32 | UInt64(number + 1)
    }

    @inlinable
    static func hash(_ held: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: held >> 32) }

    @inlinable
    static func number(_ held: UInt64) -> Int { Int(held & 0xffff_ffff) - 1 }
}
