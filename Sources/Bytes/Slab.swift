internal import CLinux

/// Slots of one type that never move, named by handles.
///
/// Memory comes in pages of 256 slots, is kept until `destroy`, and is bounded by `limit`; what lies
/// under free slots goes back to the kernel when `giveBackMemory` is called.
/// Inserting and removing touch a free list only: no malloc once the pages are there.
///
/// A plain value that names memory of its own: copies share it, so that two slots can be worked
/// on at once. One thread uses it; its owner calls `destroy` once, at the end.
@safe
@frozen
public struct Slab<Element: ~Copyable>: Copyable {
    @usableFromInline static var pageShift: Int { 8 }
    @usableFromInline static var pageSlots: Int { 256 }

    /// What changes; apart, so that the slab itself is a constant.
    @usableFromInline
    struct Counts {
        @usableFromInline var pages = 0
        @usableFromInline var free = UInt32.max
        @usableFromInline var filled = 0
    }

    // SAFETY: all four are allocated in `init` and freed in `destroy` only. `pages` has room for
    // the pages of `limit` slots, each page for `pageSlots` slots; `generations` (odd while the
    // slot is filled) and `next` (the free list) have `limit` words.
    @usableFromInline let pages: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
    @usableFromInline let generations: UnsafeMutablePointer<UInt32>
    @usableFromInline let next: UnsafeMutablePointer<UInt32>
    @usableFromInline let counts: UnsafeMutablePointer<Counts>
    /// The most slots there can be.
    public let limit: Int

    /// A slab of at most `limit` slots, 1 to 2^31.
    public init(limit: Int) {
        precondition(limit > 0 && limit <= 1 << 31)
        let pagesMax = (limit + Self.pageSlots - 1) >> Self.pageShift
        self.limit = limit
        unsafe pages = .allocate(capacity: pagesMax)
        unsafe generations = .allocate(capacity: self.limit)
        unsafe generations.initialize(repeating: 0, count: self.limit)
        unsafe next = .allocate(capacity: self.limit)
        unsafe counts = .allocate(capacity: 1)
        unsafe counts.initialize(to: Counts())
    }

    /// Frees the memory and what is in the slots; no copy may be used any more.
    public func destroy() {
        while let handle = first(from: 0) { _ = remove(handle) }
        // SAFETY: the pages that exist are no longer used by anyone.
        for page in unsafe 0..<counts.pointee.pages { unsafe pages[page].deallocate() }
        unsafe pages.deallocate()
        unsafe generations.deallocate()
        unsafe next.deallocate()
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
        if unsafe counts.pointee.free == .max { addPage() }
        // SAFETY: a free slot's index is below `limit`, and its page exists.
        let index = unsafe counts.pointee.free
        unsafe counts.pointee.free = next[Int(index)]
        unsafe generations[Int(index)] &+= 1
        unsafe address(index).initialize(to: element)
        unsafe counts.pointee.filled += 1
        return unsafe Handle(index: index, generation: generations[Int(index)])
    }

    /// Takes the element out; the handle and its copies are stale from here on.
    @inlinable
    public func remove(_ handle: Handle) -> Element {
        precondition(contains(handle), "stale handle")
        // SAFETY: `contains` proved that the slot is initialized.
        unsafe generations[Int(handle.index)] &+= 1
        unsafe next[Int(handle.index)] = counts.pointee.free
        unsafe counts.pointee.free = handle.index
        unsafe counts.pointee.filled -= 1
        return unsafe address(handle.index).move()
    }

    /// Whether the handle names a filled slot.
    @inlinable
    @inline(__always)
    public func contains(_ handle: Handle) -> Bool {
        guard Int(handle.index) < limit else { return false }
        // SAFETY: the index is below `limit`. Pages that do not exist yet have generation 0; an odd generation marks a filled slot.
        return unsafe generations[Int(handle.index)] == handle.generation
            && handle.generation & 1 == 1
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
            return unsafe UnsafePointer(address(handle.index))
        }
        @inline(__always)
        nonmutating unsafeMutableAddress {
            precondition(contains(handle), "stale handle")
            // SAFETY: as above.
            return unsafe address(handle.index)
        }
    }

    /// The handle of the filled slot at or after `index`, for walks over all; nil at the end.
    public func first(from index: UInt32) -> Handle? {
        var index = index
        let end = unsafe min(counts.pointee.pages << Self.pageShift, limit)
        while Int(index) < end {
            // SAFETY: the index is below the slots that exist.
            let generation = unsafe generations[Int(index)]
            if generation & 1 == 1 { return Handle(index: index, generation: generation) }
            index += 1
        }
        return nil
    }

    /// Lets the kernel take the memory under free slots, until they are filled again.
    public func giveBackMemory() {
        for page in unsafe 0..<counts.pointee.pages {
            let slots = slots(of: page)
            var start = slots.lowerBound
            for index in slots {
                // SAFETY: the index is below the slots that exist.
                guard unsafe generations[index] & 1 == 1 else { continue }
                giveBack(start..<index)
                start = index + 1
            }
            giveBack(start..<slots.upperBound)
        }
    }

    /// The same for neighbours in one page that are all free.
    private func giveBack(_ free: Range<Int>) {
        if free.isEmpty { return }
        // SAFETY: free slots hold nothing, so that their memory may be zero when it is used next;
        // only whole pages of the kernel's between their ends are given.
        let first = unsafe address(UInt32(free.lowerBound))
        let mask = UInt(Self.kernelPage - 1)
        let from = (UInt(bitPattern: first) + mask) & ~mask
        let to = unsafe UInt(bitPattern: first + free.count) & ~mask
        guard from < to, let pointer = unsafe UnsafeMutableRawPointer(bitPattern: from) else {
            return
        }
        _ = unsafe madvise(pointer, Int(to - from), MADV_DONTNEED)
    }

    private static var kernelPage: Int { max(sysconf(Int32(_SC_PAGESIZE)), 4096) }

    @inlinable
    @inline(__always)
    func address(_ index: UInt32) -> UnsafeMutablePointer<Element> {
        // SAFETY: callers checked the index against the pages.
        unsafe pages[Int(index) >> Self.pageShift] + (Int(index) & (Self.pageSlots - 1))
    }

    @usableFromInline
    func addPage() {
        let page = unsafe counts.pointee.pages
        let first = page << Self.pageShift
        precondition(first < limit, "slab is full")
        // SAFETY: the page is within the table; its slots stay uninitialized until inserted.
        unsafe pages[page] = .allocate(capacity: Self.pageSlots)
        unsafe counts.pointee.pages += 1
        let slots = slots(of: page)
        for index in slots { unsafe next[index] = UInt32(index + 1) }
        unsafe next[slots.upperBound - 1] = counts.pointee.free
        unsafe counts.pointee.free = UInt32(first)
    }

    /// The slots of a page; the last one may have fewer.
    private func slots(of page: Int) -> Range<Int> {
        let first = page << Self.pageShift
        return first..<min(first + Self.pageSlots, limit)
    }
}
