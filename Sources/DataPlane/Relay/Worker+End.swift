import Bytes
import HTTP
import Reactor
import Routing
import TLS
import Telemetry

/// How exchanges and connections end, well or not.
extension Worker {
    /// The response is out: counts the exchange and frees both connections for the next.
    mutating func finish(_ exchange: Handle) {
        count(exchange)
        let client = exchanges[exchange].clientSide
        let upstream = exchanges[exchange].upstreamSide
        let mayKeepUpstream = exchanges[exchange].isRequestComplete
        let keepsClient = exchanges[exchange].clientKeepsAlive
        removeExchange(exchange)
        if upstream.isStream {
            // The rest of the request is not wanted there.
            let isSaid = streams.contains(upstream.stream) && streams[upstream.stream].isOutputEnded
            letGo(upstream, mayKeepUpstream && isSaid ? nil : .cancel)
        } else if connections.contains(upstream.connection) {
            connections[upstream.connection].exchange = .none
            if mayKeepUpstream && !connections[upstream.connection].closesAfterExchange {
                putIdle(upstream.connection)
            } else {
                closeConnection(upstream.connection)
            }
        }
        if client.isStream { return letGo(client, nil) }
        finish(client: client.connection, keepsIt: keepsClient)
    }

    /// The exchange has no more to do with the stream; with a code it is reset.
    private mutating func letGo(_ side: Side, _ code: HTTP2Code?) {
        let streams = streams
        guard streams.contains(side.stream) else { return }
        streams[side.stream].exchange = .none
        giveBack(side.stream, streams[side.stream].input.count, hasWaited: true)
        streams[side.stream].input.release(to: &chunks)
        if streams[side.stream].isClosed {
            removeStream(side.stream)
            return streamLeft(side.connection)
        }
        let connections = connections
        if let code { connections[side.connection].http2.reset(side.stream, code) }
        markDirty(side.connection)
    }

    /// A client of HTTP/1 has its answer: its connection goes on, or ends.
    private mutating func finish(client: Handle, keepsIt keepsClient: Bool) {
        guard connections.contains(client) else { return }
        connections[client].exchange = .none
        if keepsClient && !connections[client].isBroken {
            connections[client].phase = .requestHead
            connections[client].idleSince = now
            setDeadline(client, now + settings.clientIdleTimeout)
            if connections[client].isReadable || !connections[client].input.isEmpty {
                enqueue(client)
            }
        } else {
            // What the client still sends, or has sent behind this request, would turn the close
            // into a reset that destroys the answer (RFC 9112 §9.6).
            if connections[client].isReadable || drain.isDraining {
                connections[client].lingersBeforeClose = true
            }
            closeWhenSent(client)
        }
    }

    /// Ends an exchange that can no longer be answered; both connections are cut.
    mutating func abandon(_ exchange: Handle, _ flag: ResponseFlag) {
        staging.removeAll()
        exchanges[exchange].flag = flag
        count(exchange)
        let client = exchanges[exchange].client
        let stream = exchanges[exchange].clientSide
        let looksWhole =
            exchanges[exchange].isResponseHeadSent
            && exchanges[exchange].clientFraming == .untilClose
        dropUpstream(exchange)
        removeExchange(exchange)
        if stream.isStream { return letGo(stream, flag == .DC ? .cancel : .internalError) }
        guard connections.contains(client) else { return }
        connections[client].exchange = .none
        // A body that ends with its connection must not look whole when it was cut.
        if looksWhole { connections[client].socket.resetOnClose() }
        // What the client has not taken yet may be an answer before this one, and what it asked
        // since would turn the close into a reset that destroys that.
        let hasAsked = connections[client].isReadable
        if !looksWhole, flag != .DC, flag != .LR, hasAsked || !connections[client].output.isEmpty {
            if hasAsked { connections[client].lingersBeforeClose = true }
            return closeWhenSent(client)
        }
        closeConnection(client)
    }

    private mutating func removeExchange(_ exchange: Handle) {
        leaveDestination(exchange)
        if exchanges[exchange].clientStream.isNone { exchangesHTTP1 -= 1 }
        var ended = exchanges.remove(exchange)
        ended.requestHead.release(to: &chunks)
        ended.responseFields.release(to: &chunks)
        ended.texts.release(to: &chunks)
    }

    /// Closes the exchange's upstream connection, or resets its stream: it is in the middle of
    /// something.
    mutating func dropUpstream(_ exchange: Handle) {
        let side = exchanges[exchange].upstreamSide
        let upstream = side.connection
        leaveDestination(exchange)
        exchanges[exchange].upstream = .none
        exchanges[exchange].upstreamStream = .none
        if side.isStream { return letGo(side, .cancel) }
        guard connections.contains(upstream) else { return }
        if connections[upstream].isMultiplexed { return stopWaiting(exchange, on: upstream) }
        connections[upstream].exchange = .none
        closeConnection(upstream)
    }

    /// Gives back a connection on which nothing was sent.
    mutating func leaveUpstreamUnused(_ exchange: Handle) {
        let upstream = exchanges[exchange].upstream
        leaveDestination(exchange)
        exchanges[exchange].upstream = .none
        if connections[upstream].isMultiplexed { return }
        connections[upstream].exchange = .none
        connections[upstream].exchangesBegun = 1
        putIdle(upstream)
    }

    // MARK: Failures

    /// The connection to the upstream failed, with or without an exchange on it.
    mutating func upstreamFailed(_ upstream: Handle, _ kind: Fault.Kind) {
        let exchange = connections[upstream].exchange
        let destination = connections[upstream].destination
        let wasReused = connections[upstream].exchangesBegun > 1
        if Fault(kind).isUnreachable { leaveAside(destination) }
        if connections[upstream].isMultiplexed { return multiplexedFailed(upstream, kind) }
        guard exchanges.contains(exchange) else { return closeConnection(upstream) }
        connections[upstream].exchange = .none
        exchanges[exchange].upstream = .none
        closeConnection(upstream)
        upstreamFailed(exchange: exchange, Fault(kind), wasReused: wasReused)
    }

    /// What becomes of an exchange whose upstream connection is gone: a safe re-send, an answer,
    /// or a cut.
    mutating func upstreamFailed(exchange: Handle, _ fault: Fault, wasReused: Bool = false) {
        let destination = exchanges[exchange].destination
        leaveDestination(exchange)
        if exchanges[exchange].isResponseHeadSent { return abandon(exchange, fault.flag) }
        if mayResend(exchange, fault, wasReused: wasReused) {
            exchanges[exchange].resends += 1
            if fault.isUnseen { exchanges[exchange].resendsUnseen += 1 }
            exchanges[exchange].avoidedDestination = destination
            exchanges[exchange].isAvoidedUnreachable = fault.retry == .always
            return resend(exchange)
        }
        answer(exchange, fault)
    }

    private mutating func mayResend(_ exchange: Handle, _ fault: Fault, wasReused: Bool) -> Bool {
        // What was not looked at may go out again, however often that happens (RFC 9113 §8.7).
        let unseen = exchanges[exchange].resendsUnseen
        let mayAgain =
            fault.isUnseen
            ? unseen < Limits.refusalsMax : exchanges[exchange].resends == unseen
        guard mayAgain, !exchanges[exchange].hasResponseByte else { return false }
        // A re-send is under way that has the head, and cannot begin: another would have none.
        if exchanges[exchange].requestHead.isEmpty { return false }
        switch fault.retry {
        case .never: return false
        case .always: return true
        case .ifBodyUnsent: return !exchanges[exchange].sentBody
        case .onlyIfReused:
            // Sent whole, it may have been carried out: only repeatable methods go out again
            // (RFC 9110 §9.2.2).
            return wasReused && !exchanges[exchange].sentBody
                && (!exchanges[exchange].isRequestComplete
                    || exchanges[exchange].method.isIdempotent)
        }
    }

    /// A read or write failed: the transport is gone.
    mutating func transportFailed(_ connection: Handle) {
        connections[connection].isBroken = true
        guard connections[connection].isClient else {
            return upstreamFailed(connection, .upstreamReset)
        }
        let exchange = connections[connection].exchange
        if connections[connection].isMultiplexed {
            multiplexedFailed(connection, .upstreamReset)
        } else if exchanges.contains(exchange) {
            abandon(exchange, .DC)
        } else {
            closeConnection(connection)
        }
    }

    /// A stream to the upstream is of no use any more; the session knows already.
    mutating func streamFailed(_ stream: Handle, _ fault: Fault) {
        let exchange = streams[stream].exchange
        streams[stream].exchange = .none
        guard exchanges.contains(exchange) else { return }
        exchanges[exchange].upstream = .none
        exchanges[exchange].upstreamStream = .none
        upstreamFailed(exchange: exchange, fault)
    }

    /// Ends the exchanges of a connection that is cut without ceremony.
    mutating func abandonStreams(of connection: Handle) {
        while connections.contains(connection) {
            let stream = connections[connection].firstStream
            if stream.isNone { return }
            let exchange = streams[stream].exchange
            removeStream(stream)
            if exchanges.contains(exchange) { abandon(exchange, .LR) }
        }
    }

    // MARK: Closing

    /// Closes a client connection once its output is out; reads away first where that matters.
    mutating func closeWhenSent(_ client: Handle) {
        if connections[client].isTLS { sayGoodbye(client) }
        if connections[client].isBroken { return closeConnection(client) }
        connections[client].phase = .flushing
        if connections[client].output.isEmpty { return flushed(client) }
        extendFlush(client)
    }

    /// Gives a closing connection some more time: its client took bytes.
    mutating func extendFlush(_ client: Handle) { setDeadline(client, now + Limits.flushTime) }

    /// The last byte of a closing connection is with the kernel.
    mutating func flushed(_ client: Handle) {
        guard connections[client].lingersBeforeClose, !connections[client].isReadClosed else {
            return closeConnection(client)
        }
        let connections = connections
        connections[client].socket.shutdownWrite()
        connections[client].phase = .lingering
        connections[client].input.release(to: &chunks)
        connections[client].retiresAt = now + Limits.lingerTime
        connections[client].idleSince = now
        extendLinger(client)
        enqueue(client)
    }

    /// Gives a connection that is read away some more time: its client sent something.
    mutating func extendLinger(_ client: Handle) {
        setDeadline(client, min(now + Limits.lingerPause, connections[client].retiresAt))
    }

    /// Closes a connection now and frees its slot.
    mutating func closeConnection(_ connection: Handle) {
        if connections[connection].isClient {
            clientCount -= 1
            if connections[connection].isCounted { sources.remove(connections[connection].remote) }
            if connections[connection].phase == .handshake, !connections[connection].tls.isNone {
                countHandshake(of: connection, isNew: false)
            }
            tally.connectionClosed(listener: connections[connection].listener)
        } else if connections[connection].isMultiplexed {
            unlinkMultiplexed(connection)
        } else if connections[connection].phase == .idle, isLinkedIdle(connection) {
            unlinkIdle(connection)
        }
        wheel.cancel(connection)
        var closed = connections.remove(connection)
        closed.input.release(to: &chunks)
        closed.output.release(to: &chunks)
    }

    /// Whether the connection stands in its destination's idle list (a connection that was just
    /// made, or just taken, has the same phase and does not).
    mutating func isLinkedIdle(_ connection: Handle) -> Bool {
        let destination = connections[connection].destination
        guard destinations.holds(destination) else { return false }
        return destinations[destination].idle == connection
            || !connections[connection].previousIdle.isNone
    }
}
