import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// `Codec`, the client's side: bytes to requests, one after the other.
extension Worker {
    /// Reads and understands as much of a client connection as can be acted on now.
    mutating func advanceClient(_ client: Handle) {
        var input = takeInput(client)
        while stepClient(client, &input) {}
        giveInput(&input, back: client)
    }

    /// One step; false when nothing more can be done until an event.
    private mutating func stepClient(_ client: Handle, _ input: inout Buffer) -> Bool {
        guard connections.contains(client) else { return false }
        if connections[client].isBroken {
            transportFailed(client)
            return false
        }
        switch connections[client].phase {
        case .proxyHeader:
            return readProxyHeader(client, &input)
        case .handshake:
            return shakeHands(client, &input)
        case .requestHead:
            return readRequestHead(client, &input)
        case .requestBody:
            return readRequestBody(client, &input)
        case .multiplexed:
            return readFrames(client, &input)
        case .lingering:
            return readAway(client)
        case .awaitingResponse:
            endIfGone(client)
            return false
        case .flushing:
            return false
        case .connecting, .idle, .responseHead, .responseBody:
            preconditionFailure("a client connection has no upstream phase")
        }
    }

    private mutating func readRequestHead(_ client: Handle, _ input: inout Buffer) -> Bool {
        // A client that does not read its answers gets no further ones.
        if connections[client].isOutputFull { return false }
        if !input.isEmpty {
            if connections[client].mayBeginHTTP2, beginsHTTP2(client, input.bytes) { return true }
            switch parseRequestHead(client, input.bytes) {
            case .complete(let length):
                connections[client].searched = 0
                connections[client].isHeadTimed = false
                connections[client].mayBeginHTTP2 = false
                if shedding >= .requests {
                    refuse(client, .overloaded, isHEAD: head.method == .head)
                    input.removeAll()
                    return true
                }
                beginExchange(
                    Side(connection: client), input.bytes.extracting(first: length))
                input.consume(length)
                exchangeBudget -= 1
                if exchangeBudget > 0 { return true }
                // The rest of what this client asked for comes after the others' turn.
                if connections.contains(client) { enqueue(client) }
                return false
            case .refused(let fault):
                refuse(client, .refused(fault), isHEAD: head.method == .head)
                input.removeAll()
                return true
            case .needsMore:
                if !connections[client].requestParser.isIdle(waiting: input.count) {
                    startHeadTimer(client)
                }
            }
        }
        if receive(client, &input) { return true }
        if connections.contains(client), connections[client].isReadClosed {
            closeWhenSent(client)
        }
        return false
    }

    /// Reads the head that `bytes` begin with, as far as it is there.
    private mutating func parseRequestHead(
        _ client: Handle, _ bytes: Span<UInt8>
    ) -> HeadStatus {
        guard claimHead(for: client, bytes) else { return .needsMore }
        var parser = connections[client].requestParser
        let status = parser.parse(bytes, into: &head, limits: settings.headLimits)
        connections[client].requestParser = parser
        return status
    }

    /// Makes `head` the connection's.
    ///
    /// False when it holds another one's and looking again is not worth it: without a further line
    /// end nothing new can be said, and reading from the start for each byte of a slow head would
    /// be a gift to attackers.
    mutating func claimHead(for connection: Handle, _ bytes: Span<UInt8>) -> Bool {
        if headOwner == connection { return true }
        let searched = min(connections[connection].searched, bytes.count)
        let isWorthIt =
            searched == 0 || bytes.count >= settings.headLimits.headBytes
            || ByteScan.first(0x0a, in: bytes, from: searched) < bytes.count
        connections[connection].searched = bytes.count
        guard isWorthIt else { return false }
        headOwner = connection
        connections[connection].requestParser = RequestHeadParser()
        connections[connection].responseParser = ResponseHeadParser()
        return true
    }

    /// A head has begun and is not whole: it has a time for that, from its first part on.
    private mutating func startHeadTimer(_ client: Handle) {
        if connections[client].isHeadTimed { return }
        connections[client].isHeadTimed = true
        connections[client].idleSince = now
        setDeadline(client, now + settings.headTimeout)
    }

    private mutating func readRequestBody(_ client: Handle, _ input: inout Buffer) -> Bool {
        let exchange = connections[client].exchange
        let sink = exchanges[exchange].upstreamSide
        // The body waits with the client until the upstream is there and takes more.
        guard isUpstreamReady(exchange), !isFull(sink) else { return false }
        if input.isEmpty {
            flush(sink)
        } else {
            let isGoingOn = relayRequestBody(exchange, &input)
            flush(sink)
            if !isGoingOn { return connections.contains(client) }
        }
        guard connections.contains(client), connections[client].phase == .requestBody else {
            return connections.contains(client)
        }
        if receive(client, &input) { return true }
        if connections.contains(client), connections[client].isReadClosed {
            // Half a request: there is nobody to answer it for.
            if exchanges[exchange].isTunnel {
                endTunnelInput(exchange)
            } else {
                abandon(exchange, .DC)
            }
        }
        return false
    }

    /// Ends the exchange of a client that left without waiting for its answer, so that its revision does
    /// not work for nobody: a cold start may take minutes.
    ///
    /// A plain client that closed may have closed one direction only. Over TLS it might as well (RFC 8446
    /// §6.1), but HTTP's clients do not.
    private mutating func endIfGone(_ client: Handle) {
        let exchange = connections[client].exchange
        guard connections[client].isTLS, connections[client].isHungUp,
            !exchanges[exchange].isTunnel
        else { return }
        abandon(exchange, .DC)
    }

    /// Whether the request of an exchange can be passed on: its head went out.
    mutating func isUpstreamReady(_ exchange: Handle) -> Bool {
        let upstream = exchanges[exchange].upstream
        guard connections.contains(upstream) else { return false }
        if connections[upstream].isMultiplexed { return !exchanges[exchange].upstreamStream.isNone }
        return connections[upstream].phase == .responseHead
            || connections[upstream].phase == .responseBody
    }

    /// Whether the connection's first bytes are HTTP/2's preface (RFC 9113 §3.4), so far as they are
    /// there; begins a session once that is certain.
    private mutating func beginsHTTP2(_ client: Handle, _ bytes: Span<UInt8>) -> Bool {
        let preface: StaticString = "PRI * HTTP/2.0\r\n"
        let count = min(bytes.count, preface.utf8CodeUnitCount)
        let isPreface = ByteScan.equal(
            bytes.extracting(first: count), ByteScan.bytes(of: preface).extracting(first: count))
        guard isPreface, count == preface.utf8CodeUnitCount else {
            if !isPreface { connections[client].mayBeginHTTP2 = false }
            return false
        }
        connections[client].isHeadTimed = false
        beginHTTP2(client)
        return true
    }

    /// Throws away what a refused client still sends, so that it can read our answer.
    private mutating func readAway(_ client: Handle) -> Bool {
        guard connections[client].isReadable else { return false }
        guard receiveBudget > 0 else {
            enqueue(client)
            return false
        }
        receiveBudget -= 1
        switch connections[client].socket.discard(limit: Limits.lingerBytes) {
        case .bytes:
            extendLinger(client)
            return true
        case .wouldBlock:
            connections[client].isReadable = false
            return false
        case .closed, .failed:
            closeConnection(client)
            return false
        }
    }

    // MARK: Input

    /// What the connection holds, or the worker's scratch when it holds nothing.
    mutating func takeInput(_ connection: Handle) -> Buffer {
        var taken = Buffer()
        if connections[connection].input.isEmpty {
            swap(&taken, &scratch)
        } else {
            swap(&taken, &connections[connection].input)
        }
        return taken
    }

    /// Puts the scratch back where it belongs; what is left unread stays with the connection.
    mutating func giveInput(_ input: inout Buffer, back connection: Handle) {
        let isScratch = scratch.capacity == 0
        let connections = connections
        if connections.contains(connection) {
            if isScratch {
                if !input.isEmpty { connections[connection].input.append(input, from: &chunks) }
            } else if !input.isEmpty {
                swap(&input, &connections[connection].input)
            }
        }
        if isScratch {
            input.removeAll()
            if input.capacity > Limits.receiveBytes {
                // It grew for one message; the next must not find more room than is planned.
                input.release(to: &chunks)
                input.reserve(Limits.receiveBytes, from: &chunks)
            }
            swap(&input, &scratch)
        } else {
            input.release(to: &chunks)
        }
    }

    /// Receives what the other side said, if there may be something.
    ///
    /// False when there is nothing to act on: nothing waits, the other side closed
    /// (`isReadClosed`), or the connection is gone.
    mutating func receive(_ connection: Handle, _ input: inout Buffer) -> Bool {
        connections[connection].isTLS
            ? receiveSealed(connection, &input) : receiveRaw(connection, &input)
    }

    /// Receives once, as the transport has it.
    mutating func receiveRaw(_ connection: Handle, _ input: inout Buffer) -> Bool {
        guard connections[connection].isReadable else { return false }
        if receiveBudget == 0 {
            enqueue(connection)
            return false
        }
        receiveBudget -= 1
        if input.room < Limits.receiveBytes / 4 {
            input.reserve(Limits.receiveBytes / 4, from: &chunks)
        }
        switch connections[connection].socket.receive(
            into: &input, atMost: Limits.receiveBytes)
        {
        case .bytes(_, let more):
            connections[connection].isReadable = more || connections[connection].isHungUp
            return true
        case .wouldBlock:
            connections[connection].isReadable = false
            if connections[connection].isBroken { transportFailed(connection) }
            return false
        case .closed:
            connections[connection].isReadable = false
            connections[connection].isReadClosed = true
            return false
        case .failed:
            transportFailed(connection)
            return false
        }
    }
}
