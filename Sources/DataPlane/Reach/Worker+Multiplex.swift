import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// `Reach`, over HTTP/2: many exchanges share a connection; those that begin before it is there,
/// or while it has no room, wait with it.
extension Worker {
    /// Gives the exchange a connection on which a stream may begin now or soon.
    mutating func reachMultiplexed(
        _ exchange: Handle, _ destination: Destination, of set: DestinationSetView
    ) {
        var connection = pickMultiplexed(destination.id)
        if connection.isNone {
            connection = dial(destination, of: set, for: nil)
            guard !connection.isNone else { return }
            linkMultiplexed(connection)
        }
        exchanges[exchange].upstream = connection
        guard mayBeginStream(connection, exchange) else { return wait(exchange, on: connection) }
        exchanges[exchange].connectedAt = now
    }

    /// Whether the exchange's request can be sent over the connection right now.
    mutating func mayBeginStream(_ connection: Handle, _ exchange: Handle) -> Bool {
        let connections = connections
        guard connections[connection].phase == .multiplexed,
            connections[connection].firstWaiting.isNone
        else { return false }
        if !connections[connection].hasSettings, !mayBeginEarly(connection, exchange) {
            return false
        }
        return connections[connection].streamCount < streamsAllowed(connection)
    }

    /// Whether the request can be sent before the upstream's settings are there.
    private mutating func mayBeginEarly(_ connection: Handle, _ exchange: Handle) -> Bool {
        // Whether tunnels are taken is known with the settings only.
        if exchanges[exchange].wantsTunnel { return false }
        // What is refused as too much can be sent again, but not when some of its body was sent.
        return exchanges[exchange].isRequestComplete || connections[connection].streamCount == 0
            || knownLimit(connection) > 0
    }

    /// The streams that the destination allowed on another connection; 0 where there was none.
    private mutating func knownLimit(_ connection: Handle) -> Int {
        let destination = connections[connection].destination
        return destinations.holds(destination) ? Int(destinations[destination].streamLimit) : 0
    }

    private mutating func streamsAllowed(_ connection: Handle) -> Int {
        let connections = connections
        guard connections[connection].hasSettings else {
            let known = knownLimit(connection)
            // No more than the library takes for granted: it would keep the others.
            return known > 0
                ? min(known, Limits.streamsBeforeSettings) : Limits.streamsBeforeSettings
        }
        return min(connections[connection].http2.streamsAllowed, Limits.streamsPerConnection)
    }

    /// The connection with the fewest exchanges that has room for one more.
    private mutating func pickMultiplexed(_ destination: Handle) -> Handle {
        let connections = connections
        var best = Handle.none
        var fewest = Int.max
        var candidate = destinations[destination].multiplexed
        while !candidate.isNone {
            let connection = candidate
            candidate = connections[connection].nextIdle
            guard !connections[connection].isRetiring, !connections[connection].isBroken else {
                continue
            }
            let isOpen = connections[connection].phase == .multiplexed
            if isOpen, !connections[connection].http2.mayRequest { continue }
            let room = streamsAllowed(connection)
            let taken =
                connections[connection].streamCount + connections[connection].waitingCount
            if taken < room, taken < fewest {
                fewest = taken
                best = connection
            }
        }
        return best
    }

    /// Keeps what the upstream said about streams, for its next connections.
    mutating func noteStreamLimit(_ connection: Handle) {
        let destination = connections[connection].destination
        guard isRemembered(destination) else { return }
        destinations[destination].streamLimit = UInt32(streamsAllowed(connection))
    }

    // MARK: Waiting

    private mutating func wait(_ exchange: Handle, on connection: Handle) {
        let last = connections[connection].lastWaiting
        if last.isNone {
            connections[connection].firstWaiting = exchange
        } else {
            exchanges[last].nextWaiting = exchange
        }
        connections[connection].lastWaiting = exchange
        connections[connection].waitingCount += 1
    }

    /// Takes the exchange that has waited longest for the connection; nil when none waits.
    mutating func takeWaiting(_ connection: Handle) -> Handle? {
        let exchange = connections[connection].firstWaiting
        if exchange.isNone { return nil }
        connections[connection].firstWaiting = exchanges[exchange].nextWaiting
        if connections[connection].firstWaiting.isNone {
            connections[connection].lastWaiting = .none
        }
        exchanges[exchange].nextWaiting = .none
        connections[connection].waitingCount -= 1
        return exchange
    }

    /// Takes one exchange out of the middle: it ends before its connection was there.
    mutating func stopWaiting(_ exchange: Handle, on connection: Handle) {
        var previous = Handle.none
        var current = connections[connection].firstWaiting
        while !current.isNone, current != exchange {
            previous = current
            current = exchanges[current].nextWaiting
        }
        guard current == exchange else { return }
        let next = exchanges[exchange].nextWaiting
        exchanges[exchange].nextWaiting = .none
        if previous.isNone {
            connections[connection].firstWaiting = next
        } else {
            exchanges[previous].nextWaiting = next
        }
        if next.isNone { connections[connection].lastWaiting = previous }
        connections[connection].waitingCount -= 1
    }

    /// The connection is there, or has room again: those that wait send their requests.
    mutating func serveWaiting(_ connection: Handle) {
        while connections.contains(connection), !connections[connection].firstWaiting.isNone,
            connections[connection].phase == .multiplexed,
            connections[connection].streamCount < streamsAllowed(connection)
        {
            let exchange = connections[connection].firstWaiting
            guard connections[connection].http2.mayRequest else { return spreadWaiting(connection) }
            if !connections[connection].hasSettings, !mayBeginEarly(connection, exchange) { return }
            _ = takeWaiting(connection)
            exchanges[exchange].connectedAt = now
            sendAfterConnect(exchange)
        }
    }

    /// The upstream takes fewer streams than was thought, or no more: those that still wait go elsewhere.
    ///
    /// One that takes none keeps them: each connection to it would say the same.
    mutating func spreadWaiting(_ connection: Handle) {
        guard connections.contains(connection), connections[connection].phase == .multiplexed,
            streamsAllowed(connection) > 0
        else { return }
        // As many as wait now: who is given this very connection again must not come round.
        for _ in 0..<connections[connection].waitingCount {
            // Without room for more connections they had better wait, where that leads to anything.
            guard connections.contains(connection),
                hasAmpleRoom || !connections[connection].http2.mayRequest,
                let exchange = takeWaiting(connection)
            else { return }
            exchanges[exchange].upstream = .none
            leaveDestination(exchange)
            resend(exchange)
        }
    }

    /// TLS chose HTTP/1 on a connection that was to be shared: one exchange has it to itself, the
    /// others get connections of their own.
    mutating func stopSharing(_ connection: Handle) {
        let destination = connections[connection].destination
        unlinkMultiplexed(connection)
        connections[connection].isMultiplexed = false
        connections[connection].phase = .idle
        if isRemembered(destination) { destinations[destination].speaksHTTP1 = true }
        guard let first = takeWaiting(connection) else { return putIdle(connection) }
        connections[connection].exchange = first
        while let other = takeWaiting(connection) {
            exchanges[other].upstream = .none
            leaveDestination(other)
            resend(other)
        }
        exchanges[first].connectedAt = now
        sendAfterConnect(first)
    }

    // MARK: A destination's connections

    private mutating func linkMultiplexed(_ connection: Handle) {
        let destination = connections[connection].destination
        let first = destinations[destination].multiplexed
        connections[connection].nextIdle = first
        if !first.isNone { connections[first].previousIdle = connection }
        destinations[destination].multiplexed = connection
    }

    /// Takes a connection out of its destination's list, before it is closed.
    mutating func unlinkMultiplexed(_ connection: Handle) {
        let destination = connections[connection].destination
        let next = connections[connection].nextIdle
        let previous = connections[connection].previousIdle
        if !next.isNone { connections[next].previousIdle = previous }
        if !previous.isNone {
            connections[previous].nextIdle = next
        } else if destinations.holds(destination),
            destinations[destination].multiplexed == connection
        {
            destinations[destination].multiplexed = next
        }
        connections[connection].nextIdle = .none
        connections[connection].previousIdle = .none
    }

    /// Connections to an address that the table no longer knows finish their streams and end.
    mutating func retireMultiplexed(_ destination: Handle) {
        var connection = destinations[destination].multiplexed
        destinations[destination].multiplexed = .none
        while !connection.isNone {
            let next = connections[connection].nextIdle
            connections[connection].nextIdle = .none
            connections[connection].previousIdle = .none
            if connections[connection].phase == .multiplexed { retire(connection) }
            connection = next
        }
    }
}
