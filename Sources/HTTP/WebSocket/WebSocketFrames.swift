/// Where the frames of a WebSocket lie in a run of bytes (RFC 6455 §5.2), of which nothing else is
/// looked at.
///
/// So that a frame of ours can be put between two of them.
package struct WebSocketFrames: BitwiseCopyable, Sendable {
    /// Bytes of the frame that are still to come; its header is known then.
    private var remaining: UInt64 = 0
    /// Bytes of its header so far.
    private var headerCount = 0
    /// The length as the header's bytes so far say it, and how many of them there will be.
    private var length: UInt64 = 0
    private var headerSize = 2

    package init() {}

    /// Whether the last byte was a frame's last.
    package var isBetweenFrames: Bool { remaining == 0 && headerCount == 0 }

    /// Goes past the bytes; with `stopping` only up to the first place between two frames.
    ///
    /// Returns how many bytes it went past.
    package mutating func pass(_ bytes: Span<UInt8>, stopping: Bool) -> Int {
        var index = 0
        while index < bytes.count {
            if remaining > 0 {
                let count = Int(min(remaining, UInt64(bytes.count - index)))
                remaining -= UInt64(count)
                index += count
            } else {
                readHeader(bytes[index])
                index += 1
            }
            if stopping, isBetweenFrames { return index }
        }
        return index
    }

    private mutating func readHeader(_ byte: UInt8) {
        headerCount += 1
        if headerCount == 2 {
            length = UInt64(byte & 0x7f)
            headerSize = (byte & 0x80 == 0 ? 2 : 6) + (length == 127 ? 8 : length == 126 ? 2 : 0)
            if length > 125 { length = 0 }
        } else if headerCount > 2, headerCount <= 2 + extendedCount {
            length = length << 8 | UInt64(byte)
        }
        guard headerCount >= 2, headerCount == headerSize else { return }
        remaining = length
        headerCount = 0
        headerSize = 2
    }

    /// Bytes that say the length behind the first two.
    private var extendedCount: Int {
        headerSize >= 10 ? 8 : headerSize == 4 || headerSize == 8 ? 2 : 0
    }

    /// The frame by which an endless server says that it goes away: Close, 1001 (§7.4.1).
    package static var goingAway: InlineArray<4, UInt8> { [0x88, 0x02, 0x03, 0xe9] }
}
