/// Slots of one type that never move, named by handles.
///
/// Memory comes in pages of 256 slots, is kept until the slab goes, and is bounded by `limit`.
/// Inserting and removing touch a free list only: no malloc once the pages are there.
/// Owned by one thread.
@safe
@frozen
public struct Slab<Element: ~Copyable>: ~Copyable {
    @usableFromInline static var pageShift: Int { 8 }
    @usableFromInline static var pageSlots: Int { 256 }

    /// SAFETY: each points at `pageSlots` slots, allocated here and freed in `deinit` only.
    @usableFromInline var pages: UnsafeMutablePointer<UnsafeMutablePointer<Element>>
    /// SAFETY: `limit` words; odd while the slot is filled. Same life span as the slab.
    @usableFromInline let generations: UnsafeMutablePointer<UInt32>
    /// SAFETY: `limit` words that form the free list. Same life span as the slab.
    @usableFromInline let next: UnsafeMutablePointer<UInt32>
    @usableFromInline var pageCount = 0
    @usableFromInline var free: UInt32 = .max
    /// Filled slots.
    @usableFromInline var filled = 0
    /// The most slots there can be; a multiple of the page's slots.
    public let limit: Int

    /// A slab of at most `limit` slots (rounded up to whole pages), 1 to 2^31.
    public init(limit: Int) {
        precondition(limit > 0 && limit <= 1 << 31)
        let pagesMax = (limit + Self.pageSlots - 1) >> Self.pageShift
        self.limit = pagesMax << Self.pageShift
        unsafe pages = .allocate(capacity: pagesMax)
        unsafe generations = .allocate(capacity: self.limit)
        unsafe generations.initialize(repeating: 0, count: self.limit)
        unsafe next = .allocate(capacity: self.limit)
    }

    deinit {
        for page in 0..<pageCount {
            for slot in 0..<Self.pageSlots {
                let index = page << Self.pageShift + slot
                // SAFETY: an odd generation means that the slot is initialized.
                if unsafe generations[index] & 1 == 1 {
                    unsafe (pages[page] + slot).deinitialize(count: 1)
                }
            }
            unsafe pages[page].deallocate()
        }
        unsafe pages.deallocate()
        unsafe generations.deallocate()
        unsafe next.deallocate()
    }

    /// How many slots are filled.
    @inlinable
    public var count: Int { filled }

    @inlinable
    public var isFull: Bool { filled == limit }

    /// Puts an element into a free slot; the slab must not be full.
    @inlinable
    public mutating func insert(_ element: consuming Element) -> Handle {
        if free == .max { addPage() }
        let index = free
        // SAFETY: a free slot's index is below `limit`, and its page exists.
        unsafe free = next[Int(index)]
        unsafe generations[Int(index)] &+= 1
        unsafe address(index).initialize(to: element)
        filled += 1
        return unsafe Handle(index: index, generation: generations[Int(index)])
    }

    /// Takes the element out; the handle and its copies are stale from here on.
    @inlinable
    public mutating func remove(_ handle: Handle) -> Element {
        precondition(contains(handle), "stale handle")
        // SAFETY: `contains` proved that the slot is initialized.
        unsafe generations[Int(handle.index)] &+= 1
        unsafe next[Int(handle.index)] = free
        free = handle.index
        filled -= 1
        return unsafe address(handle.index).move()
    }

    /// Whether the handle names a filled slot.
    @inlinable
    public func contains(_ handle: Handle) -> Bool {
        guard Int(handle.index) < pageCount << Self.pageShift else { return false }
        // SAFETY: the index is below the slots that exist. An odd generation marks a filled slot.
        return unsafe generations[Int(handle.index)] == handle.generation
            && handle.generation & 1 == 1
    }

    /// The element behind a handle; a stale handle is our bug and traps.
    ///
    /// The accessors do not claim the slab, so two different slots can be worked on at once.
    /// Never nest two accesses to one slot.
    @inlinable
    public subscript(handle: Handle) -> Element {
        _read {
            precondition(contains(handle), "stale handle")
            // SAFETY: `contains` proved that the slot is initialized; slots never move.
            yield unsafe address(handle.index).pointee
        }
        nonmutating _modify {
            precondition(contains(handle), "stale handle")
            // SAFETY: as above.
            yield unsafe &address(handle.index).pointee
        }
    }

    /// The handle of the filled slot at or after `index`, for walks over all; nil at the end.
    public func first(from index: UInt32) -> Handle? {
        var index = index
        while Int(index) < pageCount << Self.pageShift {
            // SAFETY: the index is below the slots that exist.
            let generation = unsafe generations[Int(index)]
            if generation & 1 == 1 { return Handle(index: index, generation: generation) }
            index += 1
        }
        return nil
    }

    @usableFromInline
    func address(_ index: UInt32) -> UnsafeMutablePointer<Element> {
        // SAFETY: callers checked the index against the pages.
        unsafe pages[Int(index) >> Self.pageShift] + (Int(index) & (Self.pageSlots - 1))
    }

    @usableFromInline
    mutating func addPage() {
        precondition(pageCount << Self.pageShift < limit, "slab is full")
        let first = pageCount << Self.pageShift
        // SAFETY: the page is within the table; its slots stay uninitialized until inserted.
        unsafe pages[pageCount] = .allocate(capacity: Self.pageSlots)
        pageCount += 1
        for index in first..<first + Self.pageSlots {
            unsafe next[index] =
                index + 1 < first + Self.pageSlots ? UInt32(index + 1) : free
        }
        free = UInt32(first)
    }
}
