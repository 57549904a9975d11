import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// Where a worker stands between serving and ending (design: SIGTERM).
enum DrainState {
    case serving
    /// Listeners still accept; answers say `Connection: close`.
    case announcing(closeListenersAt: UInt64, cutAt: UInt64)
    /// Listeners are closed; what is under way goes on.
    case finishing(cutAt: UInt64)

    var isDraining: Bool {
        if case .serving = self { false } else { true }
    }
}

extension Worker {
    mutating func startDrain(delay: UInt64, time: UInt64) {
        guard case .serving = drain else { return }
        drain = .announcing(closeListenersAt: now + delay, cutAt: now + max(time, delay))
        #if DEBUG
            if seededBug == .endNotAnnounced { return }
        #endif
        announceEnds()
        closeTunnels()
    }

    /// When the drain has its next step, if it is under way.
    mutating func nextOwnDeadline() -> UInt64? {
        var next: UInt64?
        switch drain {
        case .serving: break
        case .announcing(let closeListenersAt, _): next = closeListenersAt
        case .finishing(let cutAt): next = cutAt
        }
        if acceptPausedUntil > 0 { next = min(next ?? .max, acceptPausedUntil) }
        if idleSweepAt < .max { next = min(next ?? .max, idleSweepAt) }
        return next
    }

    mutating func advanceDrain() {
        if acceptPausedUntil > 0, acceptPausedUntil <= now { resumeAccepting() }
        switch drain {
        case .serving:
            break
        case .announcing(let closeListenersAt, let cutAt):
            guard closeListenersAt <= now else { return }
            // Connections that the kernel has accepted for us are served, not reset.
            drainListenerQueues()
            closeListeners()
            drain = .finishing(cutAt: cutAt)
            refuseNewStreams()
            advanceDrain()
        case .finishing(let cutAt):
            if cutAt <= now || clientCount == 0 { isFinished = true }
        }
    }

    /// Closes a connection, and ends what is under way on it, without ceremony.
    mutating func abort(_ connection: Handle) {
        let exchange = connections[connection].exchange
        if exchanges.contains(exchange) { abandon(exchange, .LR) }
        if connections.contains(connection), connections[connection].isMultiplexed {
            abandonStreams(of: connection)
        }
        if connections.contains(connection) { closeConnection(connection) }
    }

    /// Closes all connections without ceremony; the worker ends.
    mutating func closeEverything() {
        closeListeners()
        var index: UInt32 = 0
        while let connection = connections.first(from: index) {
            index = connection.index + 1
            abort(connection)
        }
        connections.destroy()
        exchanges.destroy()
        workspace.destroy()
        listeners.destroy()
    }
}
