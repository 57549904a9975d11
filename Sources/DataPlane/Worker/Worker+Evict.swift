import Bytes
import HTTP
import Reactor
import Telemetry

/// Makes room: who has nothing under way goes before a newcomer is turned away.
///
/// No list in the order of waiting is kept, which each exchange would pay for. Some connections are looked
/// at in turn, and those close that wait at least half as long as the one of them that waits longest.
extension Worker {
    /// Closes some connections of the kind; false when none was found.
    mutating func evict(_ kind: Evictable) -> Bool {
        guard evictions[kind.rawValue].restsUntil <= now else { return false }
        let begin = evictions[kind.rawValue].next
        if evict(kind, from: begin) || begin > 0 && evict(kind, from: 0) { return true }
        evictions[kind.rawValue].restsUntil = now + Limits.acceptPause
        return false
    }

    private mutating func evict(_ kind: Evictable, from begin: UInt32) -> Bool {
        let (end, longest) = longestWait(kind, from: begin)
        evictions[kind.rawValue].next = end
        guard longest >= Limits.evictionAge else { return false }
        let least = max(longest / 2, Limits.evictionAge)
        var left = Limits.evictionsAtOnce
        var index = begin
        while left > 0, let connection = connections.first(from: index),
            end == 0 || connection.index < end
        {
            index = connection.index + 1
            guard isEvictable(connection, kind), waitingTime(connection) >= least else { continue }
            evict(connection, kind)
            left -= 1
        }
        return true
    }

    /// The longest wait among some connections of the kind, and where the next look begins; 0 at the
    /// end of the slots.
    private mutating func longestWait(
        _ kind: Evictable, from begin: UInt32
    ) -> (end: UInt32, longest: UInt64) {
        var longest: UInt64 = 0
        var index = begin
        for _ in 0..<Limits.evictionSample {
            guard let connection = connections.first(from: index) else { return (0, longest) }
            index = connection.index + 1
            if isEvictable(connection, kind) { longest = max(longest, waitingTime(connection)) }
        }
        return (index, longest)
    }

    private mutating func waitingTime(_ connection: Handle) -> UInt64 {
        let since = connections[connection].idleSince
        return since < now ? now - since : 0
    }

    private mutating func isEvictable(_ connection: Handle, _ kind: Evictable) -> Bool {
        let isClient = connections[connection].isClient
        let phase = connections[connection].phase
        switch kind {
        case .pooled:
            return !isClient && phase == .idle && isLinkedIdle(connection)
        case .handshakes:
            return isClient && phase == .handshake && connections[connection].hasSession
        case .clients:
            guard isClient else { return false }
            switch phase {
            case .proxyHeader, .handshake, .lingering: return true
            // The answer before may still be on its way.
            case .requestHead: return connections[connection].output.isEmpty
            case .multiplexed: return connections[connection].streamCount == 0
            default: return false
            }
        }
    }

    private mutating func evict(_ connection: Handle, _ kind: Evictable) {
        if kind == .handshakes {
            tally.rejected(Rejection.handshakeLimit)
        } else {
            tally.glitch(Glitch.idleEviction.rawValue)
        }
        guard connections[connection].phase == .multiplexed, !connections[connection].isRetiring
        else { return closeConnection(connection) }
        // It is told, and closed when it is found again: that frees no slot at once.
        connections[connection].idleSince = now
        connections[connection].isRetiring = true
        connections[connection].http2.end(nil)
        markDirty(connection)
    }
}
