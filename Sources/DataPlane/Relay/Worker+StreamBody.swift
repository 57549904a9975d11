import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// Bodies of HTTP/2, either way: pieces are passed on as they come; what the sink does not take
/// waits with the stream, whose window is not given back before.
extension Worker {
    /// Bytes of a stream's body came; where the next ones are at hand, one call sends all.
    mutating func relay(_ piece: Span<UInt8>, of stream: Handle) {
        let streams = streams
        let connection = streams[stream].connection
        let exchange = streams[stream].exchange
        guard exchanges.contains(exchange) else {
            // Nobody wants it any more.
            return giveBack(stream, piece.count, hasWaited: false)
        }
        guard streams[stream].input.isEmpty, let sink = openSink(of: stream, exchange) else {
            streams[stream].input.append(piece, from: &chunks)
            hold(piece.count, of: connection)
            return flushSink(of: stream, exchange)
        }
        pass(piece, of: stream, exchange, to: sink)
        giveBack(stream, piece.count, hasWaited: false)
        if !isMoreComing() { flush(sink) }
    }

    /// Passes on what waits with the stream, as far as its sink takes it, and the end behind it.
    mutating func relayStreamInput(_ stream: Handle) {
        let streams = streams
        guard streams.contains(stream) else { return }
        // A head that is sent before its body has come finds nothing here.
        if streams[stream].input.isEmpty, !streams[stream].isInputEnded, staging.isEmpty { return }
        let exchange = streams[stream].exchange
        while exchanges.contains(exchange), !streams[stream].input.isEmpty,
            let sink = openSink(of: stream, exchange)
        {
            var waiting = Buffer()
            swap(&waiting, &streams[stream].input)
            let count = min(waiting.count, Limits.receiveBytes)
            pass(waiting.bytes.extracting(first: count), of: stream, exchange, to: sink)
            giveBack(stream, count, hasWaited: true)
            waiting.consume(count)
            if waiting.isEmpty {
                waiting.release(to: &chunks)
            } else {
                swap(&waiting, &streams[stream].input)
            }
            flush(sink)
        }
        guard exchanges.contains(exchange) else { return }
        if streams[stream].isInputEnded { endStreamInput(stream) }
        if exchanges.contains(exchange) { flushSink(of: stream, exchange) }
    }

    /// Sends what an earlier step of the same message left staged.
    private mutating func flushSink(of stream: Handle, _ exchange: Handle) {
        if staging.isEmpty { return }
        let isClient = exchanges[exchange].clientStream == stream
        flush(isClient ? exchanges[exchange].upstreamSide : exchanges[exchange].clientSide)
    }

    /// All of a stream's body is here: says so to the sink once the bytes before are gone.
    mutating func endStreamInput(_ stream: Handle) {
        let streams = streams
        let exchange = streams[stream].exchange
        guard exchanges.contains(exchange), streams[stream].input.isEmpty,
            let sink = openSink(of: stream, exchange, evenIfFull: true)
        else { return }
        let isClient = exchanges[exchange].clientStream == stream
        if isClient, exchanges[exchange].isRequestComplete { return }
        if isClient, exchanges[exchange].isTunnel { return endTunnelInput(exchange) }
        let framing =
            isClient ? exchanges[exchange].requestFraming : exchanges[exchange].clientFraming
        if isClient, !framing.isNone { exchanges[exchange].sentBody = true }
        relayTrailers(of: stream, exchange, to: sink, as: framing)
        emitEnd(to: sink, as: framing)
        if isClient {
            requestIsComplete(exchange)
            flush(sink)
        } else {
            responseIsComplete(exchange, hasLeftover: false)
        }
    }

    private mutating func pass(
        _ piece: Span<UInt8>, of stream: Handle, _ exchange: Handle, to sink: Side
    ) {
        let isClient = exchanges[exchange].clientStream == stream
        if isClient { exchanges[exchange].sentBody = true }
        let framing =
            isClient ? exchanges[exchange].requestFraming : exchanges[exchange].clientFraming
        if isWatched(exchange, isRequest: isClient) {
            emitFrames(piece, of: exchange, to: sink)
        } else {
            emit(piece, to: sink, as: framing)
        }
        count(body: piece.count, of: exchange, isRequest: isClient)
    }

    /// Bytes wait with a stream: as long as they are few, the connection's window is given back all
    /// the same, so that no stream holds up another.
    private mutating func hold(_ count: Int, of connection: Handle) {
        let connections = connections
        connections[connection].waitingInput += count
        if connections[connection].waitingInput <= Limits.waitingInputMax {
            connections[connection].http2.consumeConnection(count)
            markDirty(connection)
        } else {
            connections[connection].heldWindow += count
        }
    }

    /// Bytes of a stream were passed on, or are not wanted: gives their windows back.
    mutating func giveBack(_ stream: Handle, _ count: Int, hasWaited: Bool) {
        if count == 0 { return }
        let connections = connections
        let connection = streams[stream].connection
        guard connections.contains(connection) else { return }
        // Who has said all sends no more, whatever the stream's window.
        if hasWaited || !isEndComing() { connections[connection].http2.consume(stream, count) }
        if hasWaited {
            connections[connection].waitingInput -= count
            let held = connections[connection].heldWindow
            if held > 0, connections[connection].waitingInput <= Limits.waitingInputMax / 2 {
                connections[connection].heldWindow = 0
                connections[connection].http2.consumeConnection(held)
            }
        } else {
            connections[connection].passedOn += count
        }
        markDirty(connection)
    }

    /// Gives the connection's window back of all that was passed on in a call.
    mutating func giveBackWindow(_ connection: Handle) {
        let connections = connections
        guard connections.contains(connection), connections[connection].passedOn > 0 else { return }
        connections[connection].http2.consumeConnection(connections[connection].passedOn)
        connections[connection].passedOn = 0
    }

    /// Where the stream's body goes, if that is there and takes more.
    private mutating func openSink(
        of stream: Handle, _ exchange: Handle, evenIfFull: Bool = false
    ) -> Side? {
        let isClient = exchanges[exchange].clientStream == stream
        if isClient, !isUpstreamReady(exchange) { return nil }
        // Nothing passes before the upstream has consented.
        let isAsking = exchanges[exchange].wantsTunnel && !exchanges[exchange].isTunnel
        if isClient, isAsking { return nil }
        if !isClient, !exchanges[exchange].isResponseHeadSent { return nil }
        let sink =
            isClient ? exchanges[exchange].upstreamSide : exchanges[exchange].clientSide
        return evenIfFull || !isFull(sink) ? sink : nil
    }

    private mutating func relayTrailers(
        of stream: Handle, _ exchange: Handle, to sink: Side, as framing: BodyFraming
    ) {
        let streams = streams
        if streams[stream].inputTrailers.isEmpty { return }
        var lines = Buffer()
        swap(&lines, &streams[stream].inputTrailers)
        if sink.isStream, streams.contains(sink.stream),
            streams[sink.stream].outputTrailers.isEmpty
        {
            // They go out as they came.
            return swap(&lines, &streams[sink.stream].outputTrailers)
        }
        var start = 0
        while start < lines.count {
            let text = lines.bytes
            let colon = ByteScan.first(0x3a, in: text, from: start)
            let end = ByteScan.first(0x0d, in: text, from: start)
            guard colon + 2 <= end, end + 2 <= text.count else { break }
            emitTrailer(
                text.extracting(start..<colon), text.extracting(colon + 2..<end), to: sink,
                as: framing)
            start = end + 2
        }
        lines.release(to: &chunks)
    }
}
