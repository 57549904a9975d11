internal import CLinux

/// Chunks of five sizes for one worker, kept for the next use instead of freed.
///
/// Owned by one thread. At most `keepMax` free chunks of a size are held back; what comes in
/// above goes to the allocator, so a burst does not stay resident.
@safe
public struct ChunkPool: ~Copyable {
    /// Sizes in bytes, small to large; a growing buffer climbs them.
    @inlinable
    public static func size(ofClass index: Int) -> Int { 1024 &<< (2 &* index) }
    /// The class of chunks of that size, which is one of them.
    static func classIndex(ofSize size: Int) -> Int { (size.trailingZeroBitCount &- 10) &>> 1 }
    package static let classCount = 5
    /// The largest chunk: 256 KiB.
    package static var sizeMax: Int { size(ofClass: classCount - 1) }
    /// Free chunks kept of each size; a single one of the largest.
    package static func keepMax(ofClass index: Int) -> Int { 4096 &>> (3 &* index) }

    /// Heads of the free lists; the first word of a free chunk is the next one's address.
    ///
    /// SAFETY: each chunk in a list was allocated here with that list's size and is not in use.
    private var free: InlineArray<5, UnsafeMutableRawPointer?> =
        unsafe .init(repeating: nil)
    private var freeCount: InlineArray<5, Int> = .init(repeating: 0)
    /// Chunks that had to be asked of the allocator; flat after warm-up.
    package private(set) var allocations: UInt64 = 0
    /// Chunks that are out in buffers now.
    package private(set) var inUse = 0

    #if DEBUG
        /// A seeded bug gives a chunk back twice.
        var isSeeded = false
    #endif

    package init() {}

    deinit {
        for index in 0..<Self.classCount {
            var next = unsafe free[index]
            while let chunk = unsafe next {
                // SAFETY: the first word of a free chunk links to the next.
                unsafe next = chunk.load(as: UnsafeMutableRawPointer?.self)
                unsafe chunk.deallocate()
            }
        }
    }

    /// Gives what is kept for the next use to the allocator.
    package mutating func giveBackMemory() {
        for index in 0..<Self.classCount {
            while let chunk = unsafe free[index] {
                // SAFETY: as in `deinit`.
                unsafe free[index] = chunk.load(as: UnsafeMutableRawPointer?.self)
                unsafe chunk.deallocate()
            }
            freeCount[index] = 0
        }
    }

    /// The smallest class that holds `count` bytes; asking for more than `sizeMax` is our bug.
    static func classIndex(holding count: Int) -> Int {
        precondition(count <= sizeMax, "a buffer grew past the largest chunk")
        var index = 0
        while size(ofClass: index) < count { index += 1 }
        return index
    }

    mutating func take(class index: Int) -> UnsafeMutableRawPointer {
        inUse += 1
        if let chunk = unsafe free[index] {
            // SAFETY: as in `deinit`.
            unsafe free[index] = chunk.load(as: UnsafeMutableRawPointer?.self)
            freeCount[index] -= 1
            return unsafe chunk
        }
        allocations += 1
        return UnsafeMutableRawPointer.allocate(
            byteCount: Self.size(ofClass: index), alignment: 16)
    }

    /// Takes back a chunk that `take` gave out for the same class.
    mutating func give(_ chunk: UnsafeMutableRawPointer, class index: Int) {
        inUse -= 1
        #if DEBUG
            if unsafe free[index] == chunk {
                precondition(isSeeded, "a chunk was given back twice")
                // The count tells of it; a list with a ring would only crash.
                return
            }
        #endif
        guard freeCount[index] < Self.keepMax(ofClass: index) else {
            unsafe chunk.deallocate()
            return
        }
        // SAFETY: nobody else holds the chunk; its first word becomes the link.
        unsafe chunk.storeBytes(of: free[index], as: UnsafeMutableRawPointer?.self)
        unsafe free[index] = chunk
        freeCount[index] += 1
    }
}
