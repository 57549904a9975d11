internal import CNghttp2

/// Sizes of blocks go by this step, up to so many classes; in front of each stands its class.
private let step = 32
private let classCount = 64
private let headerBytes = 16
private let pageBytes = 64 * 1024
private let isLarge = -1

/// Memory for the library's objects, which are small and short-lived: blocks by size class, kept
/// for the next of the same size.
///
/// Owned by one worker's workspace; what it took from the system stays until `giveBackMemory` or
/// `destroy`, bounded by what its sessions needed at most. What is larger than a class is the
/// system's.
///
/// SAFETY: the pages live until `destroy`; a block's sixteen bytes in front name its class; free
/// blocks link to one another by their first word.
@unsafe
struct HTTP2Memory: ~Copyable {
    private var free = unsafe InlineArray<64, UnsafeMutableRawPointer?>(repeating: nil)
    /// Each with the bytes that were carved of it; the last one is being carved.
    private var pages: [(start: UnsafeMutableRawPointer, used: Int)] = unsafe []

    /// Pages taken from the system.
    var pageCount: Int { unsafe pages.count }

    mutating func destroy() {
        // SAFETY: the caller says that nobody uses any block.
        while let page = unsafe pages.popLast() { unsafe page.start.deallocate() }
        unsafe pages = unsafe []
    }

    mutating func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
        // SAFETY: see the type.
        let index = (max(size, 1) - 1) / step
        guard index < classCount else {
            let block = UnsafeMutableRawPointer.allocate(
                byteCount: size + headerBytes, alignment: 16)
            unsafe block.storeBytes(of: isLarge, as: Int.self)
            unsafe block.storeBytes(of: size, toByteOffset: 8, as: Int.self)
            return unsafe block + headerBytes
        }
        if let block = unsafe free[index] {
            unsafe free[index] = unsafe block.load(as: UnsafeMutableRawPointer?.self)
            return unsafe block
        }
        let block = unsafe carve(headerBytes + (index + 1) * step)
        unsafe block.storeBytes(of: index, as: Int.self)
        return unsafe block + headerBytes
    }

    private mutating func carve(_ bytes: Int) -> UnsafeMutableRawPointer {
        // SAFETY: see the type.
        if unsafe pages.isEmpty || pages[pages.count - 1].used + bytes > pageBytes {
            let fresh = UnsafeMutableRawPointer.allocate(
                byteCount: pageBytes, alignment: 16)
            unsafe pages.append((fresh, 0))
        }
        let last = unsafe pages.count - 1
        let block = unsafe pages[last].start + pages[last].used
        unsafe pages[last].used += bytes
        return unsafe block
    }

    /// Gives pages to the system of which no block is in use.
    ///
    /// Looks at every free block twice: for the rare moment when memory is short.
    mutating func giveBackMemory() {
        // SAFETY: see the type. The order of pages means nothing but that the last is being carved.
        guard let carved = unsafe pages.popLast() else { return }
        let sorted = unsafe pages.sorted { unsafe $0.start < $1.start }
        var freeBytes = unsafe [Int](repeating: 0, count: sorted.count)
        unsafe eachFreeBlock { block, bytes in
            if let page = unsafe Self.page(of: block, in: sorted) { freeBytes[page] += bytes }
            return true
        }
        let isUnused = unsafe zip(sorted, freeBytes).map { unsafe $0.used == $1 }
        unsafe eachFreeBlock { block, _ in
            unsafe Self.page(of: block, in: sorted).map { !isUnused[$0] } ?? true
        }
        unsafe pages = unsafe []
        for unsafe(page, isUnused) in unsafe zip(sorted, isUnused) {
            if isUnused { unsafe page.start.deallocate() } else { unsafe pages.append(page) }
        }
        unsafe pages.append(carved)
    }

    /// Shows every free block with its bytes; keeps those for which `body` says so.
    private mutating func eachFreeBlock(_ body: (UnsafeMutableRawPointer, Int) -> Bool) {
        for index in 0..<classCount {
            var block = unsafe free[index]
            unsafe free[index] = nil
            // SAFETY: see the type: a free block's first word links to the next.
            while let one = unsafe block {
                unsafe block = one.load(as: UnsafeMutableRawPointer?.self)
                guard unsafe body(one, headerBytes + (index + 1) * step) else { continue }
                unsafe one.storeBytes(of: free[index], as: UnsafeMutableRawPointer?.self)
                unsafe free[index] = unsafe one
            }
        }
    }

    /// The sorted page that a block lies in; nil for one that is not among them.
    private static func page(
        of block: UnsafeMutableRawPointer, in pages: [(start: UnsafeMutableRawPointer, used: Int)]
    ) -> Int? {
        var low = 0
        var high = unsafe pages.count
        // SAFETY: addresses are compared only.
        while low < high {
            let middle = (low + high) / 2
            if unsafe pages[middle].start <= block { low = middle + 1 } else { high = middle }
        }
        guard low > 0, unsafe block < pages[low - 1].start + pageBytes else { return nil }
        return low - 1
    }

    mutating func give(_ block: UnsafeMutableRawPointer) {
        // SAFETY: see the type; the library gives back what it was given here.
        let start = unsafe block - headerBytes
        let index = unsafe start.load(as: Int.self)
        if index == isLarge { return unsafe start.deallocate() }
        unsafe block.storeBytes(of: free[index], as: UnsafeMutableRawPointer?.self)
        unsafe free[index] = unsafe block
    }

    /// Bytes that a block has room for.
    static func room(_ block: UnsafeMutableRawPointer) -> Int {
        // SAFETY: see the type.
        let start = unsafe block - headerBytes
        let index = unsafe start.load(as: Int.self)
        return index == isLarge
            ? unsafe start.load(fromByteOffset: 8, as: Int.self) : (index + 1) * step
    }

    /// The library's view of it; `storage` has it at a fixed place.
    static func functions(
        for storage: UnsafeMutablePointer<HTTP2Workspace.Storage>
    ) -> nghttp2_mem {
        // SAFETY: the storage outlives its sessions.
        unsafe nghttp2_mem(
            mem_user_data: storage, malloc: allocateBlock, free: giveBlock, calloc: clearBlock,
            realloc: growBlock)
    }
}

private func storage(
    _ data: UnsafeMutableRawPointer?
) -> UnsafeMutablePointer<HTTP2Workspace.Storage>? {
    // SAFETY: the user data is the workspace's storage.
    unsafe data?.assumingMemoryBound(to: HTTP2Workspace.Storage.self)
}

private func allocateBlock(
    size: Int, data: UnsafeMutableRawPointer?
) -> UnsafeMutableRawPointer? {
    // SAFETY: as above, here and below.
    unsafe storage(data)?.pointee.memory.allocate(size)
}

private func giveBlock(block: UnsafeMutableRawPointer?, data: UnsafeMutableRawPointer?) {
    guard let block = unsafe block else { return }
    // SAFETY: as above.
    unsafe storage(data)?.pointee.memory.give(block)
}

private func clearBlock(
    count: Int, size: Int, data: UnsafeMutableRawPointer?
) -> UnsafeMutableRawPointer? {
    let (bytes, isOver) = count.multipliedReportingOverflow(by: size)
    // SAFETY: as above; the block has so many bytes.
    guard !isOver, let block = unsafe storage(data)?.pointee.memory.allocate(bytes) else {
        return nil
    }
    unsafe block.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
    return unsafe block
}

private func growBlock(
    block: UnsafeMutableRawPointer?, size: Int, data: UnsafeMutableRawPointer?
) -> UnsafeMutableRawPointer? {
    // SAFETY: as above; both blocks have at least the bytes that are copied.
    guard let block = unsafe block else { return unsafe allocateBlock(size: size, data: data) }
    let room = unsafe HTTP2Memory.room(block)
    if size <= room { return unsafe block }
    guard let grown = unsafe allocateBlock(size: size, data: data) else { return nil }
    unsafe grown.copyMemory(from: block, byteCount: room)
    unsafe giveBlock(block: block, data: data)
    return unsafe grown
}
