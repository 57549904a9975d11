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

/// Bodies and trailers of HTTP/1, either way: read strictly, framed anew, never held back.
extension Worker {
    /// Passes on what `input` has of the body that `source` sends; `framing` is the sink's.
    mutating func relayBody(
        _ input: inout Buffer, from source: Handle, to sink: Side, as framing: BodyFraming
    ) -> BodyProgress {
        var decoder = connections[source].body
        var offset = 0
        var relayed = 0
        var progress: BodyProgress?
        while progress == nil {
            switch decoder.next(input.bytes, at: &offset, limits: settings.headLimits) {
            case .data(let range):
                relayed += range.count
                let piece = input.bytes.extracting(range)
                if isWatched(connections[source].exchange, isRequest: connections[source].isClient)
                {
                    emitFrames(piece, of: connections[source].exchange, to: sink)
                } else {
                    emit(piece, to: sink, as: framing)
                }
            case .trailer(let name, let value):
                emitTrailer(
                    input.bytes.extracting(name), input.bytes.extracting(value), to: sink,
                    as: framing)
            case .needsMore:
                progress = .more
            case .end:
                emitEnd(to: sink, as: framing)
                progress = .end
            case .refused(let fault):
                progress = .refused(fault)
            }
        }
        input.consume(offset)
        connections[source].body = decoder
        count(
            body: relayed, of: connections[source].exchange, isRequest: connections[source].isClient
        )
        return progress ?? .more
    }

    /// Counts bytes of a body for the access log.
    mutating func count(body count: Int, of exchange: Handle, isRequest: Bool) {
        if isRequest {
            exchanges[exchange].bytesIn &+= UInt64(count)
        } else {
            exchanges[exchange].bytesOut &+= UInt64(count)
        }
    }
}
