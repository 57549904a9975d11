internal import Bytes

/// Takes the chunked coding off a body, incrementally and strictly (RFC 9112 §7.1).
///
/// Sizes are 1 to 15 hexadecimal digits; every line ends with exactly CRLF; extensions are
/// checked and skipped, without white space. Trailer fields obey the rules of head fields; those
/// that must not be merged are checked and left out.
package struct ChunkedDecoder: BitwiseCopyable, Sendable {
    /// LIMIT: bytes of extensions, above one for each byte of data since.
    static var extensionCreditMax: Int { 4096 }
    /// LIMIT: digits of a chunk's size; below 2^60.
    static var sizeDigitsMax: UInt8 { 15 }

    private enum State: UInt8 {
        case size, sizeEnd, data, dataEnd, dataEndLine, trailers, done
    }

    private var state = State.size
    private var digits: UInt8 = 0
    /// The size being read, then the bytes of this chunk still to come.
    private var remaining: UInt64 = 0
    private var extensionCredit = Self.extensionCreditMax
    private var chunkExtension = ChunkExtension()
    private var trailerLine = TrailerLine()

    package init() {}

    /// The next event at `offset`, which moves behind what was consumed.
    ///
    /// After `end` and `refused` the decoder must not be asked again.
    package mutating func next(
        _ bytes: Span<UInt8>, at offset: inout Int, limits: HeadLimits
    ) -> BodyEvent {
        while true {
            switch state {
            case .size, .sizeEnd:
                if let event = readSizeLine(bytes, at: &offset) { return event }
            case .data:
                return readData(bytes, at: &offset)
            case .dataEnd, .dataEndLine:
                guard offset < bytes.count else { return .needsMore }
                let isFirst = state == .dataEnd
                guard bytes[offset] == (isFirst ? 0x0d : 0x0a) else {
                    return .refused(.badChunkEnd)
                }
                offset += 1
                state = isFirst ? .dataEndLine : .size
            case .trailers:
                let event = trailerLine.next(bytes, at: &offset, limits: limits)
                if event == .end { state = .done }
                return event
            case .done:
                preconditionFailure("asked for more after the end")
            }
        }
    }

    /// Reads digits, extensions and line end; nil when the line is through.
    private mutating func readSizeLine(
        _ bytes: Span<UInt8>, at offset: inout Int
    ) -> BodyEvent? {
        while offset < bytes.count {
            let byte = bytes[offset]
            offset += 1
            if state == .sizeEnd {
                guard byte == 0x0a else { return .refused(.bareCarriageReturn) }
                beginChunk()
                return nil
            }
            if let fault = readSizeByte(byte) { return .refused(fault) }
        }
        return .needsMore
    }

    private mutating func readSizeByte(_ byte: UInt8) -> HeadFault? {
        if chunkExtension.isInside {
            if byte == 0x0d {
                state = .sizeEnd
                return chunkExtension.end() ? nil : .badChunkExtension
            }
            extensionCredit -= 1
            if extensionCredit < 0 { return .chunkExtensionsTooLong }
            return chunkExtension.read(byte) ? nil : .badChunkExtension
        }
        let digit = ASCII.hexadecimal(byte)
        if digit < 16 {
            digits += 1
            remaining = remaining &<< 4 | UInt64(digit)
            return digits <= Self.sizeDigitsMax ? nil : .badChunkSize
        }
        guard digits > 0 else { return .badChunkSize }
        switch byte {
        case 0x0d: state = .sizeEnd
        case 0x3b: chunkExtension.begin()
        case 0x0a: return .bareLineFeed
        default: return .badChunkSize
        }
        return nil
    }

    private mutating func beginChunk() {
        state = remaining == 0 ? .trailers : .data
        digits = 0
    }

    private mutating func readData(_ bytes: Span<UInt8>, at offset: inout Int) -> BodyEvent {
        let available = bytes.count - offset
        guard available > 0 else { return .needsMore }
        let count = Int(min(remaining, UInt64(available)))
        let range = offset..<offset + count
        offset += count
        remaining -= UInt64(count)
        if remaining == 0 { state = .dataEnd }
        extensionCredit = min(extensionCredit + count, Self.extensionCreditMax)
        return .data(range)
    }
}
