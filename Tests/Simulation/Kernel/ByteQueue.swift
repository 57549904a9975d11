import Glibc

/// A queue of bytes, fast in a debug build too.
package final class ByteQueue {
    private var base: UnsafeMutableRawPointer?
    private var capacity = 0
    private var start = 0
    private var end = 0

    package init() {}

    deinit { base?.deallocate() }

    package var count: Int { end - start }
    package var isEmpty: Bool { start == end }

    package func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, bytes.count > 0 else { return }
        if end + bytes.count > capacity { grow(bytes.count) }
        if let base { memcpy(base + end, source, bytes.count) }
        end += bytes.count
    }

    package func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

    private func grow(_ more: Int) {
        let wanted = max(1024, 2 * (count + more))
        let grown = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
        if let base { memcpy(grown, base + start, count) }
        base?.deallocate()
        base = grown
        capacity = wanted
        end -= start
        start = 0
    }

    /// The first bytes, as many as there are of so many.
    package func first(_ most: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base.map { $0 + start }, count: min(most, count))
    }

    package func drop(_ number: Int) {
        start += min(number, count)
        if start == end { removeAll() }
    }

    package func removeAll() {
        start = 0
        end = 0
    }

    /// Takes up to so many bytes out.
    package func take(_ most: Int) -> [UInt8] {
        let waiting = first(most)
        // See `Pattern.bytes`.
        if waiting.isEmpty { return [] }
        let taken = [UInt8](unsafeUninitializedCapacity: waiting.count) { room, filled in
            if let from = waiting.baseAddress, let to = room.baseAddress {
                memcpy(to, from, waiting.count)
            }
            filled = waiting.count
        }
        drop(taken.count)
        return taken
    }
}
