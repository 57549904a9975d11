internal import Bytes

/// Reads one body, however it is framed: what the head's `framing` says (RFC 9112 §6.3).
package struct BodyDecoder: BitwiseCopyable, Sendable {
    private enum Kind: BitwiseCopyable { case length, chunked, untilClose }

    private let kind: Kind
    private var remaining: UInt64 = 0
    private var chunks = ChunkedDecoder()

    /// A decoder for the body behind a head with that framing.
    package init(_ framing: BodyFraming) {
        switch framing {
        case .none: kind = .length
        case .length(let count):
            kind = .length
            remaining = count
        case .chunked: kind = .chunked
        case .untilClose: kind = .untilClose
        }
    }

    /// The next event at `offset`, which moves behind what was consumed; as `ChunkedDecoder`.
    package mutating func next(
        _ bytes: Span<UInt8>, at offset: inout Int, limits: HeadLimits
    ) -> BodyEvent {
        switch kind {
        case .chunked:
            return chunks.next(bytes, at: &offset, limits: limits)
        case .length where remaining == 0:
            return .end
        case .length, .untilClose:
            let available = bytes.count - offset
            guard available > 0 else { return .needsMore }
            let count = kind == .length ? Int(min(remaining, UInt64(available))) : available
            let range = offset..<offset + count
            offset += count
            if kind == .length { remaining -= UInt64(count) }
            return .data(range)
        }
    }

    /// What it means that the sender closed its side where more was awaited.
    package func eventAtClose() -> BodyEvent {
        switch kind {
        case .untilClose: .end
        case .length: remaining == 0 ? .end : .refused(.incompleteBody)
        case .chunked: .refused(.incompleteBody)
        }
    }
}
