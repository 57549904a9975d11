/// Slots of one type that never move, named by handles.
///
/// Room for `limit` slots is taken from the address space once; memory comes with a slot's first use,
/// and what lies under free slots goes back to the kernel when `giveBackMemory` is called.
/// Inserting and removing touch a free list only: no malloc.
///
/// A plain value that names memory of its own: copies share it, so that two slots can be worked
/// on at once. One thread uses it; its owner calls `destroy` once, at the end.
@safe
@frozen
public struct Slab<Element: ~Copyable>: Copyable {
    /// What changes; apart, so that the slab itself is a constant.
    @usableFromInline
    struct Counts {
        /// The first free slot of those that were used; `.max` without one.
        @usableFromInline var free = UInt32.max
        /// Slots that were ever used: those below.
        @usableFromInline var used: UInt32 = 0
        @usableFromInline var filled = 0
    }

    // SAFETY: `slots` and `names` have room for `limit` of their own, from `init` to `destroy`. The
    // name of a filled slot is its handle, packed; that of a free one has the same generation above,
    // and below the next free slot, which is never itself: no handle is equal to it.
    @usableFromInline let slots: UnsafeMutablePointer<Element>
    @usableFromInline let names: UnsafeMutablePointer<UInt64>
    @usableFromInline let counts: UnsafeMutablePointer<Counts>
    /// The most slots there can be.
    public let limit: Int

    /// A slab of at most `limit` slots, 1 to 2^31.
    public init(limit: Int) {
        precondition(limit > 0 && limit <= 1 << 31)
        self.limit = limit
        unsafe slots = Reservation.take(Element.self, limit)
        unsafe names = Reservation.take(UInt64.self, limit)
        unsafe Reservation.open(names, limit)
        unsafe counts = .allocate(capacity: 1)
        unsafe counts.initialize(to: Counts())
        // The one whose zeros, as they are before the first use, would be a handle.
        unsafe names[0] = UInt64(UInt32.max)
    }

    /// Frees the memory and what is in the slots; no copy may be used any more.
    public func destroy() {
        while let handle = first(from: 0) { _ = remove(handle) }
        // SAFETY: nobody uses the memory any more.
        unsafe Reservation.give(slots, limit)
        unsafe Reservation.give(names, limit)
        unsafe counts.deallocate()
    }

    /// How many slots are filled.
    @inlinable
    public var count: Int { unsafe counts.pointee.filled }

    @inlinable
    public var isFull: Bool { count == limit }

    /// Puts an element into a free slot; the slab must not be full.
    @inlinable
    public func insert(_ element: consuming Element) -> Handle {
        let index = takeFree()
        // SAFETY: a free slot's index is below `limit`; its generation becomes odd.
        let generation = unsafe UInt32(truncatingIfNeeded: names[Int(index)] >> 32) &+ 1
        let handle = Handle(index: index, generation: generation)
        unsafe names[Int(index)] = handle.packed
        unsafe (slots + Int(index)).initialize(to: element)
        unsafe counts.pointee.filled &+= 1
        return handle
    }

    /// Takes the element out; the handle and its copies are stale from here on.
    @inlinable
    public func remove(_ handle: Handle) -> Element {
        precondition(contains(handle), "stale handle")
        // SAFETY: `contains` proved that the slot is initialized; its generation becomes even.
        let generation = UInt64(handle.generation &+ 1) << 32
        unsafe names[Int(handle.index)] = generation | UInt64(counts.pointee.free)
        unsafe counts.pointee.free = handle.index
        unsafe counts.pointee.filled &-= 1
        return unsafe (slots + Int(handle.index)).move()
    }

    /// Whether the handle names a filled slot.
    @inlinable
    @inline(__always)
    public func contains(_ handle: Handle) -> Bool {
        guard Int(handle.index) < limit else { return false }
        // SAFETY: the index is below `limit`.
        return unsafe names[Int(handle.index)] == handle.packed
    }

    /// The element behind a handle; a stale handle is our bug and traps.
    ///
    /// The accessors do not claim the slab, so two different slots can be worked on at once.
    /// Never nest two accesses to one slot.
    @inlinable
    public subscript(handle: Handle) -> Element {
        @inline(__always)
        unsafeAddress {
            precondition(contains(handle), "stale handle")
            // SAFETY: `contains` proved that the slot is initialized; slots never move.
            return unsafe UnsafePointer(slots + Int(handle.index))
        }
        @inline(__always)
        nonmutating unsafeMutableAddress {
            precondition(contains(handle), "stale handle")
            // SAFETY: as above.
            return unsafe slots + Int(handle.index)
        }
    }

    /// The handle of the filled slot at or after `index`, for walks over all; nil at the end.
    public func first(from index: UInt32) -> Handle? {
        var index = index
        while unsafe index < counts.pointee.used {
            // SAFETY: the index is below the slots that were used.
            let handle = unsafe Handle(packed: names[Int(index)])
            if handle.index == index { return handle }
            index += 1
        }
        return nil
    }

    /// Lets the kernel take the memory under free slots, until they are filled again.
    public func giveBackMemory() {
        var start = 0
        var next: UInt32 = 0
        while let handle = first(from: next) {
            giveBack(start..<Int(handle.index))
            next = handle.index + 1
            start = Int(next)
        }
        unsafe giveBack(start..<Int(counts.pointee.used))
    }

    /// The same for neighbours that are all free.
    private func giveBack(_ free: Range<Int>) {
        if free.isEmpty { return }
        // SAFETY: free slots hold nothing, so that their memory may be zero when it is used next.
        unsafe Reservation.forget(slots + free.lowerBound, free.count)
    }

    /// Takes a slot off the free list, or the first that was never used.
    @inlinable
    func takeFree() -> UInt32 {
        let index = unsafe counts.pointee.free
        guard index == .max else {
            // SAFETY: what is on the list is below `used`, and so are those that it names.
            unsafe counts.pointee.free = UInt32(truncatingIfNeeded: names[Int(index)])
            return index
        }
        let fresh = unsafe counts.pointee.used
        precondition(Int(fresh) < limit, "slab is full")
        if Int(fresh) % Self.step == 0 { makeReady(from: Int(fresh)) }
        unsafe counts.pointee.used = fresh + 1
        return fresh
    }

    /// Slots that may be used from the first one's use on.
    @usableFromInline static var step: Int { 256 }

    /// Lets a step of slots be used.
    @usableFromInline
    func makeReady(from first: Int) {
        // SAFETY: they lie in the room.
        unsafe Reservation.open(slots + first, min(Self.step, limit - first))
    }
}
