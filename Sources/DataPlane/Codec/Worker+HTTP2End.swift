import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// How connections of HTTP/2 end: announced, finished, or cut.
extension Worker {
    /// Has the connection looked after in the rhythm of its shortest limit, and when its time is over.
    mutating func watch(_ connection: Handle) {
        let rhythm = min(
            settings.pingAfter, settings.pingTimeout, settings.headTimeout, settings.stallTimeout)
        let retiresAt = connections[connection].retiresAt
        let settingsDueAt = connections[connection].settingsDueAt
        setDeadline(
            connection,
            min(
                now + rhythm, retiresAt > now ? retiresAt : .max,
                settingsDueAt > now ? settingsDueAt : .max))
    }

    /// When a connection that begins now is to retire; `.max` where that is not asked for.
    ///
    /// Up to a tenth sooner or later, so that those that began together do not end together.
    mutating func retirement() -> UInt64 {
        let age = settings.connectionMaxAge
        guard age > 0 else { return .max }
        return now + age - age / 10 + entropy.next(below: max(age / 5, 1))
    }

    /// Has the other side use another connection for what it begins from now on.
    mutating func retire(_ connection: Handle) {
        guard !connections[connection].isRetiring else { return }
        connections[connection].isRetiring = true
        if connections[connection].isClient {
            connections[connection].http2.announceEnd()
            markDirty(connection)
        } else if connections[connection].streamCount == 0 {
            endMultiplexed(connection)
        }
    }

    /// The same, and soon for good: a connection that was told to end a while ago takes no stream any
    /// more.
    private mutating func refuseStreams(of connection: Handle) {
        guard connections[connection].isRetiring else { return retire(connection) }
        guard connections[connection].isClient, !connections[connection].refusesStreams else {
            return
        }
        connections[connection].refusesStreams = true
        connections[connection].http2.refuseStreams()
        markDirty(connection)
    }

    /// Ends a connection that has no stream left.
    mutating func endMultiplexed(_ connection: Handle) {
        // While the end is only announced, a client may still have a request on its way.
        if connections[connection].isClient, case .announcing = drain { return }
        connections[connection].http2.end(nil)
        markDirty(connection)
    }

    /// All clients of HTTP/2 are told that the end is near.
    mutating func announceEnds() {
        eachMultiplexedClient { worker, connection in worker.retire(connection) }
    }

    /// No stream begins any more; those that are there go on.
    mutating func refuseNewStreams() {
        eachMultiplexedClient { worker, connection in
            worker.connections[connection].http2.refuseStreams()
            if worker.connections[connection].streamCount == 0 {
                worker.connections[connection].http2.end(nil)
            }
            worker.markDirty(connection)
        }
    }

    private mutating func eachMultiplexedClient(
        _ body: (inout Worker, Handle) -> Void
    ) {
        var index: UInt32 = 0
        while let connection = connections.first(from: index) {
            index = connection.index + 1
            if connections[connection].isClient, connections[connection].phase == .multiplexed {
                body(&self, connection)
            }
        }
    }

    /// Both sides have said all: closes the connection once that is out.
    mutating func finishMultiplexed(_ connection: Handle) {
        guard connections[connection].isClient else {
            return multiplexedFailed(connection, .upstreamReset)
        }
        endStreams(of: connection, .streamReset)
        guard connections.contains(connection) else { return }
        closeWhenSent(connection)
    }

    /// The connection is gone: ends or re-sends its exchanges, and frees it.
    mutating func multiplexedFailed(_ connection: Handle, _ kind: Fault.Kind) {
        connections[connection].isRetiring = true
        endStreams(of: connection, kind)
        if connections.contains(connection) { closeConnection(connection) }
    }

    /// An upstream broke the rules of its connection: what it was asked has no answer.
    mutating func upstreamBroke(_ connection: Handle) {
        connections[connection].isRetiring = true
        endStreams(of: connection, .badResponse(.badStatusLine))
    }

    /// Ends what hangs on the connection, but not the connection.
    private mutating func endStreams(of connection: Handle, _ kind: Fault.Kind) {
        let isClient = connections[connection].isClient
        let wasReused = connections[connection].exchangesBegun > 1
        while connections.contains(connection) {
            let stream = connections[connection].firstStream
            if stream.isNone { break }
            let exchange = streams[stream].exchange
            if !isClient, exchanges.contains(exchange), streams[stream].isInputEnded {
                // All of the response is here: its client takes the rest without the connection.
                streams[stream].isClosed = true
                unlink(stream)
                continue
            }
            removeStream(stream)
            guard exchanges.contains(exchange) else { continue }
            if isClient {
                abandon(exchange, .DC)
            } else {
                exchanges[exchange].upstream = .none
                exchanges[exchange].upstreamStream = .none
                upstreamFailed(exchange: exchange, Fault(kind), wasReused: wasReused)
            }
        }
        // Nothing was sent of what still waits.
        failWaiting(connection, Fault(Fault(kind).isUnreachable ? kind : .streamRefused))
    }

    /// Those that wait for the connection go elsewhere, or are answered.
    private mutating func failWaiting(_ connection: Handle, _ fault: Fault) {
        while connections.contains(connection), let exchange = takeWaiting(connection) {
            exchanges[exchange].upstream = .none
            upstreamFailed(exchange: exchange, fault)
        }
    }

    // MARK: Time

    /// Looks after a connection: whether the other side is there, and takes what it asked for.
    mutating func lookAfter(_ connection: Handle) {
        watch(connection)
        let silence = now &- connections[connection].heardAt
        if connections[connection].settingsDueAt <= now {
            connections[connection].settingsDueAt = .max
            if connections[connection].isClient { return broke(connection, .protocolError) }
            leaveSilent(connection)
            guard connections.contains(connection) else { return }
        }
        if let began = connections[connection].http2.headBegan,
            now &- began >= settings.headTimeout
        {
            tally.rejected(Rejection.headTimeout)
            return multiplexedFailed(connection, .upstreamReset)
        }
        if connections[connection].streamCount == 0 {
            let idle = now &- connections[connection].idleSince
            let limit =
                connections[connection].isClient
                ? settings.clientIdleTimeout : settings.upstreamIdleTimeout
            if idle >= limit || connections[connection].retiresAt <= now {
                connections[connection].isRetiring = true
                connections[connection].http2.end(nil)
                return markDirty(connection)
            }
        }
        if connections[connection].retiresAt <= now { refuseStreams(of: connection) }
        if isStalled(connection) {
            broke(connection, .stalled)
            // Where not even that can be said, nothing is left to wait for.
            if connections[connection].isOutputFull {
                multiplexedFailed(connection, .upstreamReset)
            }
            return
        }
        if connections[connection].isPinged, silence >= settings.pingAfter + settings.pingTimeout {
            tally.rejected(Rejection.http2(.pingTimeout))
            return multiplexedFailed(connection, .upstreamReset)
        }
        if silence >= settings.pingAfter, !connections[connection].isPinged {
            connections[connection].isPinged = true
            connections[connection].http2.ping()
            markDirty(connection)
        }
    }

    /// An upstream that does not send SETTINGS, its first words (RFC 9113 §3.4), is left aside as one that
    /// cannot be reached: who waits for them goes over another connection.
    ///
    /// What was sent without them stays, it may be under way.
    private mutating func leaveSilent(_ connection: Handle) {
        leaveAside(connections[connection].destination)
        retire(connection)
        failWaiting(connection, Fault(.upstreamSilent))
    }

    /// Whether answers wait for the client's windows, and too little of them left for a long time:
    /// less than a quarter of what waited, so that a byte now and then does not hold megabytes.
    private mutating func isStalled(_ connection: Handle) -> Bool {
        let left = connections[connection].http2.bodyBytesSent
        let waiting = connections[connection].isClient ? waitingOutput(connection) : 0
        guard waiting > 0 else {
            connections[connection].stalledSince = 0
            return false
        }
        if connections[connection].stalledSince == 0 || connections[connection].stallEnd <= left {
            connections[connection].stalledSince = now
            connections[connection].stallEnd = left &+ max(1, waiting / 4)
            return false
        }
        return now &- connections[connection].stalledSince >= settings.stallTimeout
    }

    /// Bytes of answers that wait in the connection's streams.
    private mutating func waitingOutput(_ connection: Handle) -> UInt64 {
        var waiting: UInt64 = 0
        var stream = connections[connection].firstStream
        while !stream.isNone {
            waiting &+= UInt64(streams[stream].output.count)
            stream = streams[stream].next
        }
        return waiting
    }
}
