internal import Bytes

/// Bytes of one session in memory of their own; nothing is allocated while there are none.
///
/// SAFETY: whoever holds it calls `free` once, and reads no bytes after.
@unsafe
struct KeptText {
    /// SAFETY: `count` initialized bytes; freed by `free`, which the owner must call.
    private var start: UnsafeMutablePointer<UInt8>?
    private(set) var count = 0

    /// The bytes; good until `replace` or `free`.
    var bytes: UnsafeBufferPointer<UInt8> { unsafe UnsafeBufferPointer(start: start, count: count) }

    mutating func replace(by bytes: Span<UInt8>) {
        unsafe free()
        if bytes.isEmpty { return }
        // SAFETY: as many bytes as are allocated are written.
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count)
        for index in bytes.indices { unsafe (copy + index).initialize(to: bytes[index]) }
        unsafe start = copy
        unsafe count = bytes.count
    }

    mutating func free() {
        unsafe start?.deallocate()
        unsafe start = nil
        unsafe count = 0
    }
}
