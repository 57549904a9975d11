import Bytes
import HTTP
import Reactor
import Telemetry

/// Makes room: who has nothing under way goes before a newcomer is turned away.
///
/// No list in the order of waiting is kept, which each exchange would pay for. Some connections are looked
/// at in turn, and the one of them that waits longest is closed; where there are many slots some that
/// wait about as long go with it.
extension Worker {
    /// Closes some connections of the kind; false when none was found.
    mutating func evict(_ kind: Evictable) -> Bool {
        if case .pooled = kind, idleCount == 0 { return false }
        guard evictions[kind.walk].restsUntil <= now else { return false }
        for _ in 0..<Limits.evictionLooks {
            let begin = evictions[kind.walk].next
            let found = look(for: kind, from: begin)
            evictions[kind.walk].next = found.end
            if !found.longest.isNone, found.wait >= kind.age {
                evict(kind, found, from: begin)
                return true
            }
            if begin == 0, found.end == 0 { break }
        }
        evictions[kind.walk].restsUntil = now + Limits.acceptPause
        return false
    }

    /// What a look found: who waits longest, for how long, and where the next look begins; 0 behind the
    /// last slot.
    private struct Found {
        var longest = Handle.none
        var wait: UInt64 = 0
        var end: UInt32 = 0
    }

    private mutating func look(for kind: Evictable, from begin: UInt32) -> Found {
        var found = Found()
        var index = begin
        for _ in 0..<Limits.evictionSample {
            guard let connection = connections.first(from: index) else { return found }
            index = connection.index + 1
            guard isEvictable(connection, kind) else { continue }
            let wait = waitingTime(connection)
            if found.longest.isNone || wait > found.wait {
                (found.longest, found.wait) = (connection, wait)
            }
        }
        found.end = index
        return found
    }

    private mutating func evict(_ kind: Evictable, _ found: Found, from begin: UInt32) {
        evict(found.longest, kind)
        let most = min(Limits.evictionsAtOnce, connections.limit / Limits.evictionShare)
        let least = max(found.wait / 8 * 7, kind.age)
        var count = 1
        var index = begin
        while count < most, let connection = connections.first(from: index),
            found.end == 0 || connection.index < found.end
        {
            index = connection.index + 1
            guard isEvictable(connection, kind), waitingTime(connection) >= least else { continue }
            evict(connection, kind)
            count += 1
        }
    }

    private mutating func waitingTime(_ connection: Handle) -> UInt64 {
        let since = connections[connection].idleSince
        return since < now ? now - since : 0
    }

    private mutating func isEvictable(_ connection: Handle, _ kind: Evictable) -> Bool {
        switch kind {
        case .clients:
            return isIdleClient(connection)
        case .clientsOf(let source):
            return isIdleClient(connection) && isCounted(connection, for: source)
        case .handshakes:
            return isShakingHands(connection)
        case .handshakesOf(let source):
            return isShakingHands(connection) && isCounted(connection, for: source)
        case .pooled:
            return !connections[connection].isClient && connections[connection].phase == .idle
                && isLinkedIdle(connection)
        }
    }

    private mutating func isCounted(_ client: Handle, for source: SocketAddress) -> Bool {
        connections[client].isCounted
            && SourceCounts.areOne(connections[client].remote, source)
    }

    private mutating func isShakingHands(_ connection: Handle) -> Bool {
        connections[connection].isClient && connections[connection].phase == .handshake
            && connections[connection].hasSession
    }

    private mutating func isIdleClient(_ connection: Handle) -> Bool {
        guard connections[connection].isClient else { return false }
        switch connections[connection].phase {
        case .proxyHeader, .handshake, .lingering: return true
        // The answer before may still be on its way.
        case .requestHead: return connections[connection].output.isEmpty
        case .multiplexed:
            return connections[connection].streamCount == 0
                && connections[connection].output.isEmpty
        default: return false
        }
    }

    private mutating func evict(_ connection: Handle, _ kind: Evictable) {
        switch kind {
        case .handshakes, .handshakesOf: tally.rejected(Rejection.handshakeLimit)
        case .clients, .clientsOf, .pooled: tally.glitch(Glitch.idleEviction.rawValue)
        }
        guard connections[connection].phase == .multiplexed, !connections[connection].isRetiring
        else { return closeConnection(connection) }
        if case .clientsOf = kind {
            // Of a source that has too many it is told and closed at once.
            connections[connection].isRetiring = true
            connections[connection].http2.end(nil)
            sendFrames(connection)
            if connections.contains(connection) { closeConnection(connection) }
            return
        }
        // It is told, and closed when it is found again: that frees no slot at once.
        connections[connection].idleSince = now
        connections[connection].isRetiring = true
        endMultiplexed(connection)
    }
}
