import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// How far a run of body bytes was relayed.
enum BodyProgress {
    /// More bytes are needed.
    case more
    /// The body and its trailers are out.
    case end
    /// The framing is broken.
    case refused(HeadFault)
}

/// Bodies and trailers, either way: read strictly, framed anew, never held back.
extension Worker {
    /// Passes on what `input` has of the body that `source` sends; `framing` is the sink's.
    mutating func relayBody(
        _ input: inout Buffer, from source: Handle, to sink: Handle, as framing: BodyFraming
    ) -> BodyProgress {
        let isChunked = framing == .chunked
        var decoder = connections[source].body
        var offset = 0
        var relayed = 0
        var progress: BodyProgress?
        while progress == nil {
            switch decoder.next(input.bytes, at: &offset, limits: settings.headLimits) {
            case .data(let range):
                let piece = input.bytes.extracting(range)
                relayed += range.count
                if isChunked { emitChunk(piece, to: sink) } else { emit(piece, to: sink) }
            case .trailer(let name, let value):
                if isChunked { stageTrailer(name, value, of: input.bytes, from: source, to: sink) }
            case .needsMore:
                progress = .more
            case .end:
                if isChunked { stageBodyEnd(from: source) }
                progress = .end
            case .refused(let fault):
                progress = .refused(fault)
            }
        }
        input.consume(offset)
        connections[source].body = decoder
        countBody(relayed, from: source)
        return progress ?? .more
    }

    private mutating func countBody(_ count: Int, from source: Handle) {
        let exchange = connections[source].exchange
        if connections[source].isClient {
            exchanges[exchange].bytesIn &+= UInt64(count)
        } else {
            exchanges[exchange].bytesOut &+= UInt64(count)
        }
    }

    private mutating func stageTrailer(
        _ name: Range<Int>, _ value: Range<Int>, of bytes: Span<UInt8>, from source: Handle,
        to sink: Handle
    ) {
        if staging.room < name.count + value.count + Buffer.chunkOverhead { flush(sink) }
        stageLastChunk(from: source)
        staging.append(field: bytes.extracting(name), bytes.extracting(value))
    }

    /// Ends a chunked body towards the sink.
    mutating func stageBodyEnd(from source: Handle) {
        stageLastChunk(from: source)
        staging.appendLineEnd()
        connections[source].hasStagedLastChunk = false
    }

    private mutating func stageLastChunk(from source: Handle) {
        if connections[source].hasStagedLastChunk { return }
        connections[source].hasStagedLastChunk = true
        staging.appendLastChunk()
    }
}
