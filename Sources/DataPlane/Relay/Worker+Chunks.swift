import Bytes
import HTTP

/// How far a run of chunked bytes was relayed.
struct ChunkOutcome {
    enum End { case more, end, refused(HeadFault) }
    var consumed: Int
    var end: End
}

/// Chunked bodies, either way: read strictly, written anew.
extension Worker {
    /// Relays what `bytes` hold of a chunked body; with `chunked` false only the data is sent.
    mutating func relayChunks(
        _ bytes: Span<UInt8>, _ decoder: inout ChunkedDecoder, to sink: Handle, chunked: Bool
    ) -> ChunkOutcome {
        var offset = 0
        while true {
            switch decoder.next(bytes, at: &offset) {
            case .data(let range):
                let piece = bytes.extracting(range)
                if chunked { emitChunk(piece, to: sink) } else { emit(piece, to: sink) }
            case .needsMore:
                return ChunkOutcome(consumed: offset, end: .more)
            case .trailers(let range):
                if chunked { emitLastChunk(trailers: bytes.extracting(range), to: sink) }
            case .end:
                return ChunkOutcome(consumed: offset, end: .end)
            case .refused(let fault):
                return ChunkOutcome(consumed: offset, end: .refused(fault))
            }
        }
    }
}
