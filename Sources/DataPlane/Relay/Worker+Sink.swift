import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// Sinks: where a body goes to, an HTTP/1 connection or a stream; the one place that tells them
/// apart.
///
/// Bytes for a connection leave at once or wait in its `output`; bytes for a stream wait with it
/// until the end of the turn, when all of a connection's frames leave together.
extension Worker {
    /// Whether so much waits that the source must pause; it is woken when there is room.
    mutating func isFull(_ sink: Side) -> Bool {
        #if DEBUG
            if seededBug == .wrongBackPressure, connections.contains(sink.connection) {
                return connections[sink.connection].output.count >= 2 * Limits.receiveBytes
            }
        #endif
        guard sink.isStream else {
            return connections.contains(sink.connection)
                && connections[sink.connection].isOutputFull
        }
        let streams = streams
        guard streams.contains(sink.stream),
            streams[sink.stream].output.count >= Limits.receiveBytes
        else { return false }
        streams[sink.stream].isSourceWaiting = true
        return true
    }

    /// Passes on a piece of a body.
    mutating func emit(_ piece: Span<UInt8>, to sink: Side, as framing: BodyFraming) {
        if sink.isStream {
            let streams = streams
            guard streams.contains(sink.stream) else { return }
            streams[sink.stream].output.append(piece, from: &chunks)
            resume(sink)
        } else if case .chunked = framing {
            emitChunk(piece, to: sink.connection)
        } else {
            emit(piece, to: sink.connection)
        }
    }

    /// Passes on a trailer; a body that is not chunked has no place for it.
    mutating func emitTrailer(
        _ name: Span<UInt8>, _ value: Span<UInt8>, to sink: Side, as framing: BodyFraming
    ) {
        if sink.isStream {
            let streams = streams
            guard streams.contains(sink.stream) else { return }
            streams[sink.stream].outputTrailers.reserve(name.count + value.count + 4, from: &chunks)
            streams[sink.stream].outputTrailers.append(field: name, value)
        } else if case .chunked = framing {
            let room = name.count + value.count + Buffer.chunkOverhead
            if staging.room < room { flush(sink.connection) }
            stageLastChunk(to: sink.connection)
            staging.append(field: name, value)
        }
    }

    /// The body is over: says so where the sink wants it said.
    mutating func emitEnd(to sink: Side, as framing: BodyFraming) {
        if sink.isStream {
            let streams = streams
            guard streams.contains(sink.stream), !streams[sink.stream].isOutputEnded else {
                return
            }
            streams[sink.stream].isOutputEnded = true
            resume(sink)
        } else if case .chunked = framing {
            stageLastChunk(to: sink.connection)
            staging.appendLineEnd()
            connections[sink.connection].hasStagedLastChunk = false
        }
    }

    /// Sends what is staged for the sink; what streams have leaves at the end of the turn.
    mutating func flush(_ sink: Side) {
        if !sink.isStream { flush(sink.connection) }
    }

    private mutating func stageLastChunk(to sink: Handle) {
        if connections[sink].hasStagedLastChunk { return }
        connections[sink].hasStagedLastChunk = true
        staging.appendLastChunk()
    }

    private mutating func resume(_ sink: Side) {
        let connections = connections
        // A response that is all here may outlive its connection.
        guard connections.contains(sink.connection) else { return }
        connections[sink.connection].http2.resume(sink.stream)
        markDirty(sink.connection)
    }

    /// Lets the source of an exchange's body go on, since its sink has room.
    mutating func resumeSource(_ source: Side) {
        if source.isStream {
            relayStreamInput(source.stream)
        } else if connections.contains(source.connection) {
            enqueue(source.connection)
        }
    }
}
