/// Copies of short texts, as the parts of a head are: most take two moves each way and no call.
@usableFromInline
enum ByteCopy {
    /// Copies `count` bytes.
    ///
    /// SAFETY: both ranges must be there, and must not overlap.
    @inlinable
    @inline(__always)
    @unsafe
    static func copy(
        _ count: Int, from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer
    ) {
        // SAFETY: each load and store lies in the `count` bytes; the last ones may lie over others.
        if count > 32 { return unsafe target.copyMemory(from: source, byteCount: count) }
        if count >= 16 {
            unsafe move(UInt64.self, 0, source, target)
            unsafe move(UInt64.self, 8, source, target)
            unsafe move(UInt64.self, count &- 16, source, target)
            unsafe move(UInt64.self, count &- 8, source, target)
        } else if count >= 8 {
            unsafe move(UInt64.self, 0, source, target)
            unsafe move(UInt64.self, count &- 8, source, target)
        } else if count >= 4 {
            unsafe move(UInt32.self, 0, source, target)
            unsafe move(UInt32.self, count &- 4, source, target)
        } else if count >= 2 {
            unsafe move(UInt16.self, 0, source, target)
            unsafe move(UInt16.self, count &- 2, source, target)
        } else if count == 1 {
            unsafe move(UInt8.self, 0, source, target)
        }
    }

    @inlinable
    @inline(__always)
    @unsafe
    static func move<Word: FixedWidthInteger & BitwiseCopyable>(
        _ type: Word.Type, _ offset: Int, _ source: UnsafeRawPointer,
        _ target: UnsafeMutableRawPointer
    ) {
        // SAFETY: the caller has checked the place.
        let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: Word.self)
        unsafe target.storeBytes(of: word, toByteOffset: offset, as: Word.self)
    }
}
