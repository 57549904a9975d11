import Bytes
import HTTP
import Reactor
import Routing

/// Shares of the room, so that nobody takes all of it.
extension Worker {
    /// Counts a client for its source; false when that has three quarters of the clients' slots and
    /// none of them idle, in whose place this one might come.
    ///
    /// Trusted proxies bring many clients from one address, and have no share; so have those in the
    /// cluster.
    mutating func countSource(_ client: Handle) -> Bool {
        guard connections[client].isExternal, !connections[client].isTrusted else { return true }
        let source = connections[client].remote
        let most = connections.limit / 2 * Limits.share / (Limits.share + 1)
        // It is not counted itself while others of its source are looked for.
        let isFull = sources.count(source) >= most
        if isFull, !evict(.clientsOf(source)) || sources.count(source) >= most { return false }
        connections[client].isCounted = true
        sources.add(source)
        return true
    }

    /// Whether a revision's exchange, which is counted, may have a connection of its own.
    ///
    /// As the slots run out, who has most is stopped first: for each that is free one may have three.
    mutating func mayDial(_ set: DestinationSetView) -> Bool {
        let free = connections.limit - connections.count
        // Before the look-up: nobody can have more than three times a half.
        if free > connections.limit / 2 { return true }
        return Int(revisions[set.id].outstanding) <= Limits.share * max(free, 1)
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
        mutating get {
            let free = connections.limit - connections.count
            return free * (Limits.share + 1) > connections.limit
        }
    }

    /// How many more clients may come: half of the slots stay free for connections to upstreams.
    var freeClientSlots: Int {
        mutating get {
            min(connections.limit / 2 - clientCount, connections.limit - connections.count)
        }
    }
}
