import Bytes
import HTTP
import Reactor
import Routing
import TLS
import Telemetry

/// `Codec`, the upstream's side: bytes to responses.
extension Worker {
    /// Reads and relays as much of an upstream connection as can be acted on now.
    mutating func advanceUpstream(_ upstream: Handle) {
        now = Clock.monotonic()
        var input = takeInput(upstream)
        while stepUpstream(upstream, &input) {}
        giveInput(&input, back: upstream)
    }

    /// One step; false when nothing more can be done until an event.
    private mutating func stepUpstream(_ upstream: Handle, _ input: inout Buffer) -> Bool {
        guard connections.contains(upstream) else { return false }
        // What the upstream said before it broke is still read: an early answer, perhaps.
        if connections[upstream].isBroken, !connections[upstream].isReadable {
            upstreamFailed(upstream, .upstreamReset)
            return false
        }
        switch connections[upstream].phase {
        case .connecting:
            return false
        case .handshake:
            return shakeHands(upstream, &input)
        case .multiplexed:
            return readFrames(upstream, &input)
        case .idle:
            return lookAtIdle(upstream, &input)
        case .responseHead:
            return readResponseHead(upstream, &input)
        case .responseBody:
            return readResponseBody(upstream, &input)
        case .proxyHeader, .requestHead, .requestBody, .awaitingResponse, .lingering,
            .flushing:
            preconditionFailure("an upstream connection has no client phase")
        }
    }

    /// An idle connection has nothing to say: whatever comes ends it.
    private mutating func lookAtIdle(_ upstream: Handle, _ input: inout Buffer) -> Bool {
        guard connections[upstream].isReadable else { return false }
        if receive(upstream, &input) {
            input.removeAll()
            closeConnection(upstream)
        } else if connections.contains(upstream), connections[upstream].isReadClosed {
            closeConnection(upstream)
        }
        return false
    }

    private mutating func readResponseHead(_ upstream: Handle, _ input: inout Buffer) -> Bool {
        let exchange = connections[upstream].exchange
        if isFull(exchanges[exchange].clientSide) { return false }
        if !input.isEmpty {
            noteResponseByte(exchange)
            switch parseResponseHead(exchange, upstream, input.bytes) {
            case .complete(let length):
                connections[upstream].searched = 0
                let isTaken = relayResponseHead(
                    exchange, input.bytes.extracting(first: length), isEnd: false)
                if !isTaken { return false }
                input.consume(length)
                endIfBodyless(exchange, upstream, input)
                return true
            case .refused(let fault):
                upstreamFailed(upstream, .badResponse(fault))
                return false
            case .needsMore:
                break
            }
        }
        if receive(upstream, &input) { return true }
        if connections.contains(upstream), connections[upstream].isReadClosed {
            let isCut = !input.isEmpty
            upstreamFailed(upstream, isCut ? .badResponse(.incompleteBody) : .upstreamClosed)
        }
        return false
    }

    private mutating func parseResponseHead(
        _ exchange: Handle, _ upstream: Handle, _ bytes: Span<UInt8>
    ) -> HeadStatus {
        guard claimHead(for: upstream, bytes) else { return .needsMore }
        var parser = connections[upstream].responseParser
        let status = parser.parse(
            bytes, into: &head, answering: exchanges[exchange].method,
            limits: settings.headLimits)
        connections[upstream].responseParser = parser
        return status
    }

    /// Ends the exchange right behind the response head when it has no body.
    private mutating func endIfBodyless(
        _ exchange: Handle, _ upstream: Handle, _ input: borrowing Buffer
    ) {
        guard connections[upstream].phase == .responseBody else { return }
        let framing = exchanges[exchange].responseFraming
        if framing.isEmpty {
            responseIsComplete(exchange, hasLeftover: !input.isEmpty)
        }
    }

    private mutating func readResponseBody(_ upstream: Handle, _ input: inout Buffer) -> Bool {
        let exchange = connections[upstream].exchange
        let sink = exchanges[exchange].clientSide
        if !input.isEmpty {
            if !relayResponseBody(exchange, &input) { return connections.contains(upstream) }
        }
        flush(sink)
        if connections[sink.connection].isBroken {
            abandon(exchange, .DC)
            return false
        }
        // Back pressure: the client must take what it has before more is read.
        if isFull(sink) { return false }
        if receive(upstream, &input) { return true }
        if connections.contains(upstream), connections[upstream].isReadClosed {
            upstreamEnded(exchange, upstream)
        }
        return false
    }

    /// The upstream closed while its response was being read.
    private mutating func upstreamEnded(_ exchange: Handle, _ upstream: Handle) {
        let connections = connections
        // What ends with its connection is not whole where that was reset (RFC 9112 §8); a tunnel has no
        // whole.
        let isWhole =
            connections[upstream].tls.isNone
            ? !connections[upstream].wasReset || exchanges[exchange].isTunnel
            : connections[upstream].tls.isClosed
        if isWhole, connections[upstream].body.eventAtClose() == .end {
            emitEnd(to: exchanges[exchange].clientSide, as: exchanges[exchange].clientFraming)
            responseIsComplete(exchange, hasLeftover: true)
        } else {
            let wasReset = connections[upstream].wasReset
            upstreamFailed(upstream, wasReset ? .upstreamReset : .upstreamClosed)
        }
    }

    /// A response byte is here: from now on nothing is re-sent.
    mutating func noteResponseByte(_ exchange: Handle) {
        let exchanges = exchanges
        guard !exchanges[exchange].hasResponseByte else { return }
        #if DEBUG
            if seededBug == .retryAfterByte { return }
        #endif
        exchanges[exchange].hasResponseByte = true
        exchanges[exchange].firstByteAt = now
        exchanges[exchange].requestHead.release(to: &chunks)
    }

    // MARK: Connecting

    /// The kernel says that the connect is over, well or not.
    mutating func connectFinished(_ upstream: Handle) {
        guard connections[upstream].socket.takeError() == 0 else {
            return upstreamFailed(upstream, .connectFailed)
        }
        transportIsThere(upstream)
    }

    /// The transport is connected, or its handshake done: goes on to what is spoken over it.
    mutating func transportIsThere(_ upstream: Handle) {
        let destination = connections[upstream].destination
        if connections[upstream].isTLS, !connections[upstream].tls.isEstablished {
            return beginUpstreamHandshake(upstream)
        }
        setDeadline(upstream, .max)
        let isMultiplexed = connections[upstream].isMultiplexed
        if isMultiplexed,
            !connections[upstream].isTLS || connections[upstream].tls.negotiated == .http2
        {
            // It answers with its SETTINGS.
            beginHTTP2(upstream)
            return serveWaiting(upstream)
        }
        connected(destination)
        if isMultiplexed { return stopSharing(upstream) }
        connections[upstream].phase = .idle
        let exchange = connections[upstream].exchange
        exchanges[exchange].connectedAt = now
        sendAfterConnect(exchange)
    }
}
