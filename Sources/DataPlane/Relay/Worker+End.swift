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
        let client = exchanges[exchange].client
        let upstream = exchanges[exchange].upstream
        let mayKeepUpstream = exchanges[exchange].isRequestComplete
        let keepsClient = exchanges[exchange].clientKeepsAlive
        removeExchange(exchange)
        if connections.contains(upstream) {
            connections[upstream].exchange = .none
            if mayKeepUpstream && !connections[upstream].closesAfterExchange {
                putIdle(upstream)
            } else {
                closeConnection(upstream)
            }
        }
        guard connections.contains(client) else { return }
        connections[client].exchange = .none
        if keepsClient && !connections[client].isBroken {
            connections[client].phase = .requestHead
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
        let looksWhole =
            exchanges[exchange].isResponseHeadSent
            && exchanges[exchange].clientFraming == .untilClose
        dropUpstream(exchange)
        removeExchange(exchange)
        guard connections.contains(client) else { return }
        connections[client].exchange = .none
        // A body that ends with its connection must not look whole when it was cut.
        if looksWhole { connections[client].socket.resetOnClose() }
        closeConnection(client)
    }

    private mutating func removeExchange(_ exchange: Handle) {
        leaveDestination(exchange)
        var ended = exchanges.remove(exchange)
        ended.requestHead.release(to: &chunks)
        ended.responseFields.release(to: &chunks)
        ended.texts.release(to: &chunks)
    }

    /// Closes the exchange's upstream connection: it is in the middle of something.
    mutating func dropUpstream(_ exchange: Handle) {
        let upstream = exchanges[exchange].upstream
        leaveDestination(exchange)
        exchanges[exchange].upstream = .none
        guard connections.contains(upstream) else { return }
        connections[upstream].exchange = .none
        closeConnection(upstream)
    }

    /// Gives back a connection on which nothing was sent.
    mutating func leaveUpstreamUnused(_ exchange: Handle) {
        let upstream = exchanges[exchange].upstream
        leaveDestination(exchange)
        exchanges[exchange].upstream = .none
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
        if kind == .connectFailed || kind == .connectTimeout { leaveAside(destination) }
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
            exchanges[exchange].avoidedDestination = destination
            exchanges[exchange].isAvoidedUnreachable = fault.retry == .always
            return resend(exchange)
        }
        answer(exchange, fault)
    }

    private func mayResend(_ exchange: Handle, _ fault: Fault, wasReused: Bool) -> Bool {
        guard exchanges[exchange].resends == 0, !exchanges[exchange].hasResponseByte else {
            return false
        }
        switch fault.retry {
        case .never: return false
        case .always: return true
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
        if exchanges.contains(exchange) {
            abandon(exchange, .DC)
        } else {
            closeConnection(connection)
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
        setDeadline(client, now + Limits.lingerTime)
        enqueue(client)
    }

    /// Closes a connection now and frees its slot.
    mutating func closeConnection(_ connection: Handle) {
        if connections[connection].isClient {
            clientCount -= 1
            if connections[connection].phase == .handshake, !connections[connection].tls.isNone {
                handshakeCount -= 1
            }
            tally.connectionClosed(listener: connections[connection].listener)
        } else if connections[connection].phase == .idle,
            isLinkedIdle(connection)
        {
            unlinkIdle(connection)
        }
        wheel.cancel(connection)
        var closed = connections.remove(connection)
        closed.input.release(to: &chunks)
        closed.output.release(to: &chunks)
    }

    /// Whether the connection stands in its destination's idle list (a connection that was just
    /// made, or just taken, has the same phase and does not).
    private mutating func isLinkedIdle(_ connection: Handle) -> Bool {
        let destination = connections[connection].destination
        guard destinations.holds(destination) else { return false }
        return destinations[destination].idle == connection
            || !connections[connection].previousIdle.isNone
    }
}
