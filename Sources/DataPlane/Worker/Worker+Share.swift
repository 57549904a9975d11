import Bytes
import HTTP
import Reactor
import Routing

/// Shares of the room, so that nobody takes all of it.
extension Worker {
    /// Counts a client for its source; false when that has half of the clients' slots and none of them
    /// idle, in whose place this one might come.
    ///
    /// Trusted proxies bring many clients from one address, and have no share; so have those in the
    /// cluster.
    mutating func countSource(_ client: Handle) -> Bool {
        guard connections[client].isExternal, !connections[client].isTrusted else { return true }
        let source = connections[client].remote
        let most = connections.limit / 2 / Limits.sourceShare
        // It is not counted itself while others of its source are looked for.
        let isFull = sources.count(source) >= most
        if isFull, !evict(.clientsOf(source)) || sources.count(source) >= most { return false }
        connections[client].isCounted = true
        sources.add(source)
        return true
    }

    /// Counts a handshake of a client, or forgets it, also for its source.
    mutating func countHandshake(of client: Handle, isNew: Bool) {
        handshakeCount += isNew ? 1 : -1
        guard connections[client].isCounted else { return }
        sourceHandshakes.count(connections[client].remote, isNew: isNew)
    }

    /// Whether a client may begin a handshake: a quarter of all connections may be in one, of one source
    /// half of those.
    mutating func mayShakeHands(_ client: Handle) -> Bool {
        let most = connections.limit / Limits.handshakeShare
        if connections[client].isCounted {
            let source = connections[client].remote
            let share = most / Limits.sourceShare
            if sourceHandshakes.count(source) >= share { _ = evict(.handshakesOf(source)) }
            if sourceHandshakes.count(source) >= share { return false }
        }
        if handshakeCount >= most { _ = evict(.handshakes) }
        return handshakeCount < most
    }

    /// Counts a stream, or forgets it, for the source of its connection; upstreams have none.
    mutating func countStream(of connection: Handle, isNew: Bool) {
        guard connections[connection].isCounted else { return }
        sourceStreams.count(connections[connection].remote, isNew: isNew)
    }

    /// Whether a client may have a stream, which is counted.
    ///
    /// Of the last quarter of all, nothing is for a source that has as many. What streams become at
    /// upstreams of HTTP/2 is among all.
    mutating func mayOpenStream(_ client: Handle) -> Bool {
        let last = streams.limit / (Limits.share + 1)
        guard streams.count > streams.limit - last, connections[client].isCounted else {
            return true
        }
        return sourceStreams.count(connections[client].remote) <= last
    }

    /// Whether an exchange of a revision's, which is counted, may have a connection of its own.
    ///
    /// As the slots run out, who has most is stopped first: for each that is free, or could be, one may
    /// have three.
    mutating func mayDial(_ set: DestinationSetView, for exchange: Handle) -> Bool {
        let free = freeSlots
        // Before the look-ups: nobody can have more than three times a half.
        if free > connections.limit / 2 { return true }
        guard Int(revisions[set.id].outstanding) <= Limits.share * max(free, 1) else {
            return false
        }
        return mayDial(exchanges[exchange].client, free)
    }

    /// Whether a client's source may have another one: of the last eighth of all slots, and of what its
    /// clients may still take, nothing is for a source that has as many clients and streams.
    private mutating func mayDial(_ client: Handle, _ free: Int) -> Bool {
        guard connections.contains(client), connections[client].isCounted else { return true }
        let source = connections[client].remote
        let last = connections.limit / Limits.lastShare
        let clients = sources.count(source)
        if clients + sourceStreams.count(source) <= last { return true }
        return free > last + max(0, connections.limit / 2 / Limits.sourceShare - clients)
    }

    /// Whether it may be under way at all: it takes a client's connection, or a stream.
    mutating func mayHold(_ set: DestinationSetView, isHTTP1: Bool) -> Bool {
        let all = isHTTP1 ? connections.limit / 2 : streams.limit
        let taken = isHTTP1 ? exchangesHTTP1 : streams.count
        if taken <= all / 2 { return true }
        let state = revisions[set.id]
        let held =
            isHTTP1 ? state.outstandingHTTP1 : state.outstanding - state.outstandingHTTP1
        return Int(held) <= Limits.share * (all - taken + 1)
    }

    /// Whether any revision may have another connection, whatever it has.
    var hasAmpleRoom: Bool {
        mutating get { freeSlots * (Limits.share + 1) > connections.limit }
    }

    /// How many slots are free, or could be: those of pooled connections.
    var freeSlots: Int {
        mutating get { connections.limit - connections.count + idleCount }
    }

    /// How many more clients may come: half of the slots stay free for connections to upstreams.
    var freeClientSlots: Int {
        mutating get {
            min(connections.limit / 2 - clientCount, connections.limit - connections.count)
        }
    }
}
