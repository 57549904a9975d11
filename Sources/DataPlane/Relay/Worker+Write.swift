import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// Writing: what a handler stages leaves in one call; what the kernel does not take waits.
extension Worker {
    /// Stages a piece of a body, or sends it at once with what is staged when it is large.
    mutating func emit(_ piece: Span<UInt8>, to sink: Handle) {
        if piece.count <= Limits.copyBytesMax, staging.room >= piece.count {
            staging.append(piece)
        } else {
            flush(sink, with: piece)
        }
    }

    /// The same as one chunk of a chunked body.
    mutating func emitChunk(_ piece: Span<UInt8>, to sink: Handle) {
        if staging.room < Buffer.chunkOverhead { flush(sink) }
        staging.append(chunkHeader: piece.count)
        emit(piece, to: sink)
        if staging.room < Buffer.chunkOverhead { flush(sink) }
        staging.appendChunkEnd()
    }

    /// Sends what is staged.
    mutating func flush(_ sink: Handle) {
        let nothing = Span<UInt8>()
        flush(sink, with: nothing)
    }

    /// Sends what waits, what is staged, and `tail` behind it, in one call if the kernel takes it;
    /// keeps the rest.
    ///
    /// A failed transport is noted and found by the next event.
    mutating func flush(_ sink: Handle, with tail: Span<UInt8>) {
        guard connections.contains(sink), !connections[sink].isBroken else {
            return staging.removeAll()
        }
        if connections[sink].isTLS { sealAndTransmit(sink, tail) } else { transmit(sink, tail) }
    }

    /// The same with bytes that leave as they are.
    mutating func transmit(_ sink: Handle, _ tail: Span<UInt8>) {
        let connections = connections
        if !connections[sink].output.isEmpty {
            connections[sink].output.append(staging, from: &chunks)
            connections[sink].output.append(tail, from: &chunks)
            staging.removeAll()
            if !connections[sink].isWriteBlocked { sendOutput(sink) }
            return
        }
        if staging.isEmpty && tail.isEmpty { return }
        let outcome = connections[sink].socket.send(staging, tail)
        switch outcome {
        case .sent(let count):
            keepUnsent(sink, tail, sent: count)
        case .failed:
            connections[sink].wasReset = outcome.isReset
            sendFailed(sink)
        }
        staging.removeAll()
    }

    private mutating func keepUnsent(_ sink: Handle, _ tail: Span<UInt8>, sent: Int) {
        let connections = connections
        let staged = staging.count
        guard sent < staged + tail.count else { return }
        awaitRoom(sink)
        if sent < staged {
            connections[sink].output.append(staging, skipping: sent, from: &chunks)
            connections[sink].output.append(tail, from: &chunks)
        } else {
            connections[sink].output.append(
                tail.extracting((sent - staged)..<tail.count), from: &chunks)
        }
    }

    /// Sends what waits in `output`.
    private mutating func sendOutput(_ sink: Handle) {
        let connections = connections
        let outcome = connections[sink].socket.send(connections[sink].output, Span())
        switch outcome {
        case .sent(let count):
            connections[sink].output.consume(count)
            if connections[sink].output.isEmpty {
                #if DEBUG
                    if seededBug == .chunkFreedTwice {
                        connections[sink].output.releaseTwice(to: &chunks)
                    }
                #endif
                connections[sink].output.release(to: &chunks)
                if connections[sink].shutsDownWhenSent { shutDown(sink) }
            } else {
                awaitRoom(sink)
            }
        case .failed:
            connections[sink].wasReset = outcome.isReset
            sendFailed(sink)
        }
    }

    /// The kernel takes no more for now, and is asked to tell when it does; what is not watched yet will
    /// soon be, for this too.
    private mutating func awaitRoom(_ sink: Handle) {
        connections[sink].isWriteBlocked = true
        guard connections[sink].watch == .input else { return }
        connections[sink].watch = .both
        #if DEBUG
            if seededBug == .roomNotAwaited { return }
        #endif
        poller.awaitRoom(connections[sink].socket, token: sink.packed)
    }

    /// Notes that nothing can be sent any more; what was received before is still looked at.
    mutating func sendFailed(_ sink: Handle) {
        connections[sink].isBroken = true
        connections[sink].isHungUp = true
        connections[sink].isReadable = true
        enqueue(sink)
    }

    /// The kernel has room again: sends on, and wakes whoever waited for it.
    mutating func becameWritable(_ connection: Handle) {
        if connections[connection].phase == .connecting { return connectFinished(connection) }
        guard connections[connection].isWriteBlocked else { return }
        connections[connection].isWriteBlocked = false
        // It takes bytes, so it is there.
        connections[connection].heardAt = now
        sendOutput(connection)
        guard connections[connection].output.isEmpty else {
            if connections[connection].phase == .flushing { extendFlush(connection) }
            return wakeSource(of: connection)
        }
        if connections[connection].phase == .flushing { return flushed(connection) }
        wakeSource(of: connection)
    }

    /// Lets the side that fills this connection's output go on, when there is room.
    private mutating func wakeSource(of sink: Handle) {
        #if DEBUG
            if seededBug == .lostWakeUp { return }
        #endif
        guard !connections[sink].isOutputFull else { return }
        enqueue(sink)
        if connections[sink].phase == .multiplexed { return markDirty(sink) }
        let exchange = connections[sink].exchange
        guard exchanges.contains(exchange) else { return }
        resumeSource(
            connections[sink].isClient
                ? exchanges[exchange].upstreamSide : exchanges[exchange].clientSide)
    }
}
