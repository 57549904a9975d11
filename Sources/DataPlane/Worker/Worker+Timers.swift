import Bytes
import HTTP
import Reactor
import Routing
import Telemetry

/// Deadlines: a store per exchange; the wheel is touched only when a deadline comes nearer.
extension Worker {
    /// Sets when the connection is looked at next; `.max` for never.
    mutating func setDeadline(_ connection: Handle, _ deadline: UInt64) {
        connections[connection].deadline = deadline
        #if DEBUG
            if seededBug == .missedTimer, connections[connection].scheduled != .max { return }
        #endif
        guard deadline < connections[connection].scheduled else { return }
        connections[connection].scheduled = deadline
        wheel.schedule(connection, at: deadline)
    }

    /// Handles the deadlines that have come.
    mutating func expireTimers() {
        while let connection = wheel.expire(now: now) {
            guard connections.contains(connection) else { continue }
            connections[connection].scheduled = .max
            let deadline = connections[connection].deadline
            if deadline == .max { continue }
            if deadline > now {
                setDeadline(connection, deadline)
            } else {
                connections[connection].deadline = .max
                deadlineCame(connection)
            }
        }
    }

    private mutating func deadlineCame(_ connection: Handle) {
        switch connections[connection].phase {
        case .requestHead:
            if connections[connection].isHeadTimed {
                refuse(connection, .headTimeout)
            } else {
                closeConnection(connection)
            }
        case .proxyHeader:
            tally.rejected(Rejection.proxyHeader)
            closeConnection(connection)
        case .handshake where !connections[connection].isClient:
            upstreamFailed(connection, .connectTimeout)
        case .handshake:
            tally.rejected(Rejection.handshakeTimeout)
            closeConnection(connection)
        case .lingering, .idle, .flushing:
            closeConnection(connection)
        case .connecting:
            upstreamFailed(connection, .connectTimeout)
        case .multiplexed:
            lookAfter(connection)
        case .requestBody, .awaitingResponse, .responseHead, .responseBody:
            // No request or stream timeout (Knative §2.5): cold starts take minutes.
            break
        }
    }
}
