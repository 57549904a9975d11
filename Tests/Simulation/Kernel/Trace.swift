/// Everything that happened, as one number, and as lines for people where those are wanted.
package final class Trace {
    /// Of all events, bytes and times so far.
    package private(set) var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    package let isKept: Bool
    package private(set) var lines: [String] = []

    package init(isKept: Bool) { self.isKept = isKept }

    /// Notes an event with its numbers, and its bytes if it has any.
    package func note(
        _ event: StaticString, _ now: UInt64, _ one: Int = 0, _ other: Int = 0,
        _ bytes: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) {
        mix(UInt64(event.utf8CodeUnitCount) << 8 | UInt64(event.utf8Start.pointee))
        mix(now)
        mix(UInt64(bitPattern: Int64(one)))
        mix(UInt64(bitPattern: Int64(other)))
        var offset = 0
        while offset + 8 <= bytes.count {
            mix(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        while offset < bytes.count {
            mix(UInt64(bytes[offset]))
            offset += 1
        }
        if isKept { keep("\(event) \(one) \(other)", now, bytes) }
    }

    private func keep(_ text: String, _ now: UInt64, _ bytes: UnsafeRawBufferPointer) {
        let shown = bytes.prefix(160).map { byte -> Character in
            byte >= 0x20 && byte < 0x7f ? Character(UnicodeScalar(byte)) : "."
        }
        let more = bytes.count > 160 ? "… \(bytes.count)" : ""
        lines.append("\(now / 1_000_000).\(now / 1000 % 1000) \(text) \(String(shown))\(more)")
    }

    /// Keeps a line that says nothing new.
    package func say(_ text: @autoclosure () -> String, _ now: UInt64) {
        if isKept { lines.append("\(now / 1_000_000).\(now / 1000 % 1000) \(text())") }
    }

    private func mix(_ word: UInt64) {
        hash = (hash ^ word) &* 0x9e37_79b9_7f4a_7c15
        hash ^= hash >> 29
    }
}
