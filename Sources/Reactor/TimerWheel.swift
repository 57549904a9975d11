package import Bytes

/// Deadlines of slots, to about 64 milliseconds; one deadline a slot.
///
/// A slot may be scheduled, moved or cancelled in constant time without allocation. Deadlines
/// past the horizon (about 65 s) come out at the horizon: the owner looks at its own deadline
/// and schedules again. Owned by one thread.
@safe
package struct TimerWheel: ~Copyable {
    package static let tickNanoseconds: UInt64 = 1 << 26
    private static let buckets = 1024

    private struct Entry: BitwiseCopyable {
        var next: UInt32 = .max
        var previous: UInt32 = .max
        var generation: UInt32 = 0
        /// The bucket, or `.max` when not scheduled.
        var bucket: UInt32 = .max
    }

    private var entries: PlainTable<Entry>
    private var heads: PlainTable<UInt32>
    private var tick: UInt64
    /// Nothing is scheduled in a tick before this one.
    private var earliest: UInt64 = 0
    package private(set) var count = 0

    /// A wheel for slots 0 ..< `slots` that starts at `now` (monotonic nanoseconds).
    package init(slots: Int, now: UInt64) {
        entries = PlainTable(filledWith: Entry())
        entries.grow(to: slots)
        heads = PlainTable(filledWith: .max)
        heads.grow(to: Self.buckets)
        tick = now / Self.tickNanoseconds
    }

    /// Sets a slot's deadline, in place of one that it had.
    package mutating func schedule(_ handle: Handle, at deadline: UInt64) {
        cancel(handle)
        let wanted = deadline / Self.tickNanoseconds + 1
        let horizon = tick + UInt64(Self.buckets) - 1
        let due = min(max(wanted, tick + 1), horizon)
        let bucket = Int(due % UInt64(Self.buckets))
        earliest = min(earliest, due)
        let index = Int(handle.index)
        let first = heads[bucket]
        entries[index] = Entry(
            next: first, previous: .max, generation: handle.generation, bucket: UInt32(bucket))
        if first != .max { entries[Int(first)].previous = handle.index }
        heads[bucket] = handle.index
        count += 1
    }

    /// Takes a slot's deadline away, if it has one.
    package mutating func cancel(_ handle: Handle) {
        let index = Int(handle.index)
        let entry = entries[index]
        guard entry.bucket != .max else { return }
        if entry.next != .max { entries[Int(entry.next)].previous = entry.previous }
        if entry.previous != .max {
            entries[Int(entry.previous)].next = entry.next
        } else {
            heads[Int(entry.bucket)] = entry.next
        }
        entries[index].bucket = .max
        count -= 1
    }

    /// The next slot whose bucket has come by `now`; nil when there is none left.
    package mutating func expire(now: UInt64) -> Handle? {
        let current = now / Self.tickNanoseconds
        if count == 0 {
            tick = max(tick, current)
            return nil
        }
        while true {
            let bucket = Int(tick % UInt64(Self.buckets))
            let first = heads[bucket]
            if first != .max {
                let handle = Handle(
                    index: first, generation: entries[Int(first)].generation)
                cancel(handle)
                return handle
            }
            if tick >= current { return nil }
            tick += 1
        }
    }

    /// Milliseconds until the next bucket that has something, at most the horizon; nil if none.
    package mutating func wait(now: UInt64) -> Int? {
        guard count > 0 else { return nil }
        earliest = max(earliest, tick)
        while earliest < tick + UInt64(Self.buckets),
            heads[Int(earliest % UInt64(Self.buckets))] == .max
        {
            earliest += 1
        }
        let due = earliest * Self.tickNanoseconds
        return due <= now ? 0 : Int((due - now) / 1_000_000) + 1
    }
}
