internal import CLinux

/// Room in the address space, which gets memory, all zeros, page by page as it is used.
///
/// SAFETY: whoever takes room gives it back once, with the same count, and initializes what it reads.
enum Reservation {
    /// Room for so many elements; nothing is initialized.
    @unsafe
    static func take<Element: ~Copyable>(
        _ type: Element.Type, _ count: Int
    ) -> UnsafeMutablePointer<Element> {
        let bytes = size(type, count)
        // SAFETY: fresh memory, aligned to the kernel's pages. Nobody may touch it yet, so that the
        // kernel, however strict about what it promises, counts nothing of it.
        let mapped = unsafe mmap(nil, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        // MAP_FAILED, a macro that is not imported, is all ones.
        guard let mapped = unsafe mapped, UInt(bitPattern: mapped) != .max else {
            preconditionFailure("no room in the address space for \(bytes) bytes")
        }
        // A huge page would take two megabytes for the first slot, and never give them back.
        _ = unsafe madvise(mapped, bytes, MADV_NOHUGEPAGE)
        return unsafe mapped.bindMemory(to: type, capacity: count)
    }

    /// Lets so many elements be used; to be called once for each, in order.
    ///
    /// SAFETY: they lie in the room.
    @unsafe
    static func open<Element: ~Copyable>(
        _ first: UnsafeMutablePointer<Element>, _ count: Int
    ) {
        let mask = UInt(pageSize - 1)
        let from = UInt(bitPattern: first) & ~mask
        let to = unsafe (UInt(bitPattern: first + count) + mask) & ~mask
        // SAFETY: the pages lie in the room, which begins and ends with one.
        guard let pointer = unsafe UnsafeMutableRawPointer(bitPattern: from),
            unsafe mprotect(pointer, Int(to - from), PROT_READ | PROT_WRITE) == 0
        else { preconditionFailure("no memory for \(to - from) bytes") }
    }

    /// Gives the room back; nothing in it may be initialized any more.
    ///
    /// SAFETY: nobody uses it any more.
    @unsafe
    static func give<Element: ~Copyable>(
        _ room: UnsafeMutablePointer<Element>, _ count: Int
    ) {
        // SAFETY: it was taken with the same count.
        _ = unsafe munmap(room, size(Element.self, count))
    }

    /// Lets the kernel take the memory under so many elements that are not initialized: only whole
    /// pages of the kernel's between their ends.
    ///
    /// SAFETY: none of them may be read before it is initialized.
    @unsafe
    static func forget<Element: ~Copyable>(
        _ first: UnsafeMutablePointer<Element>, _ count: Int
    ) {
        let mask = UInt(pageSize - 1)
        let from = (UInt(bitPattern: first) + mask) & ~mask
        let to = unsafe UInt(bitPattern: first + count) & ~mask
        // SAFETY: the pages lie in the room, and hold nothing.
        guard from < to, let pointer = unsafe UnsafeMutableRawPointer(bitPattern: from) else {
            return
        }
        _ = unsafe madvise(pointer, Int(to - from), MADV_DONTNEED)
    }

    private static func size<Element: ~Copyable>(_ type: Element.Type, _ count: Int) -> Int {
        count * max(MemoryLayout<Element>.stride, 1)
    }

    private static var pageSize: Int { max(sysconf(Int32(_SC_PAGESIZE)), 4096) }
}
