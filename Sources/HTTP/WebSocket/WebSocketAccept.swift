/// What proves that an upstream answers a WebSocket's key: a digest of 20 bytes (RFC 6455 §4.2.2).
package struct WebSocketAccept: BitwiseCopyable, Sendable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt32 = 0
    package private(set) var isKnown = false

    /// None yet.
    package init() {}

    /// That digest; it has 20 bytes.
    package init(digest: Span<UInt8>) {
        precondition(digest.count == 20)
        for index in 0..<8 {
            first = first << 8 | UInt64(digest[index])
            second = second << 8 | UInt64(digest[8 + index])
        }
        for index in 16..<20 { third = third << 8 | UInt32(digest[index]) }
        isKnown = true
    }

    /// What is behind the key in the bytes whose SHA-1 it is.
    package static var suffix: StaticString { "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" }

    /// A character of its 28 in base64.
    package func character(_ index: Int) -> UInt8 {
        if index == 27 { return 0x3d }
        var bits: UInt32 = 0
        for place in 6 * index..<6 * index + 6 { bits = bits << 1 | bit(place) }
        return switch bits {
        case 0..<26: UInt8(0x41 + bits)
        case 26..<52: UInt8(0x61 + bits - 26)
        case 52..<62: UInt8(0x30 + bits - 52)
        case 62: 0x2b
        default: 0x2f
        }
    }

    private func bit(_ place: Int) -> UInt32 {
        switch place {
        case 0..<64: UInt32(truncatingIfNeeded: first >> UInt64(63 - place) & 1)
        case 64..<128: UInt32(truncatingIfNeeded: second >> UInt64(127 - place) & 1)
        case 128..<160: third >> UInt32(159 - place) & 1
        default: 0
        }
    }

    /// Whether the field's value says the same.
    package func matches(_ value: Span<UInt8>) -> Bool {
        guard value.count == 28 else { return false }
        for index in 0..<28 where value[index] != character(index) { return false }
        return true
    }
}
