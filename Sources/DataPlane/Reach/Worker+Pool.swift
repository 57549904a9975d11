import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// Idle connections to upstreams, the newest on top: it is the least likely to be dead.
extension Worker {
    /// Takes an idle connection to the destination; none when there is none.
    mutating func takeIdle(_ destination: Handle) -> Handle {
        let connection = destinations[destination].idle
        guard !connection.isNone else { return .none }
        unlinkIdle(connection)
        setDeadline(connection, .max)
        return connection
    }

    /// Keeps a connection for the next exchange, or closes it when it must not be used again.
    mutating func putIdle(_ connection: Handle) {
        let destination = connections[connection].destination
        guard destinations.holds(destination),
            table.isCurrent(destination: destination) || table.hasLeft(destination: destination),
            destinations[destination].idleCount < Limits.idlePerDestinationMax,
            idleCount < connections.limit / Limits.idleShare,
            connections[connection].input.isEmpty, connections[connection].output.isEmpty,
            !connections[connection].isReadClosed, !connections[connection].isBroken
        else { return closeConnection(connection) }
        let first = destinations[destination].idle
        connections[connection].phase = .idle
        connections[connection].nextIdle = first
        connections[connection].previousIdle = .none
        if !first.isNone { connections[first].previousIdle = connection }
        destinations[destination].idle = connection
        destinations[destination].idleCount += 1
        idleCount += 1
        connections[connection].idleSince = now
        setDeadline(connection, now + settings.upstreamIdleTimeout)
    }

    /// Takes a connection out of its idle list.
    mutating func unlinkIdle(_ connection: Handle) {
        let destination = connections[connection].destination
        let next = connections[connection].nextIdle
        let previous = connections[connection].previousIdle
        if !next.isNone { connections[next].previousIdle = previous }
        if previous.isNone {
            destinations[destination].idle = next
        } else {
            connections[previous].nextIdle = next
        }
        destinations[destination].idleCount -= 1
        idleCount -= 1
        connections[connection].nextIdle = .none
        connections[connection].previousIdle = .none
    }

    /// Closes idle connections to addresses that the new table does not know; those in use
    /// finish their exchange and are closed by `putIdle`, those of HTTP/2 with their last stream.
    ///
    /// Where sets were forgotten those of HTTP/1 are kept for as long as any may be idle, if there is room:
    /// there are many of them, and should the set come back, all would be dialled anew.
    mutating func closeConnectionsToRemovedDestinations() {
        for index in 0..<destinations.count {
            guard let destination = destinations.destination(at: index),
                !table.isCurrent(destination: destination)
            else { continue }
            // Who names it again knows whether it can be reached, not what was seen before.
            forgetPast(destination)
            retireMultiplexed(destination)
            if table.hasLeft(destination: destination), freeSlots > connections.limit / 2 {
                continue
            }
            while true {
                let connection = destinations[destination].idle
                if connection.isNone { break }
                closeConnection(connection)
            }
        }
    }
}
