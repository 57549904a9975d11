import Bytes
import HTTP
import Reactor
import Routing

/// Shares of the room that is left: while there is enough all may have what they want, and as it runs out
/// who has most is stopped first.
extension Worker {
    /// Counts a client for its source; false when that has more than its share now.
    ///
    /// Trusted proxies bring many clients from one address, and have no share; so have those in the
    /// cluster.
    mutating func countSource(_ client: Handle) -> Bool {
        guard connections[client].isExternal, !connections[client].isTrusted else { return true }
        connections[client].isCounted = true
        let source = connections[client].remote
        // The slot that it has taken is one of those that were free.
        if sources.add(source) <= Limits.shareOfFree * (freeClientSlots + 1) { return true }
        return evict(.clientsOf(source))
            && sources.count(source) <= Limits.shareOfFree * (freeClientSlots + 1)
    }

    /// Whether the destinations of a revision may have one more connection.
    mutating func mayDial(_ set: DestinationSetView) -> Bool {
        let free = connections.limit - connections.count
        // Nobody can have more than three times a half.
        if free > connections.limit / 2 { return true }
        var held = 0
        for index in 0..<set.count { held += Int(destinations[set[index].id].connectionCount) }
        return held < Limits.shareOfFree * free
    }

    /// Whether they may have the exchange that was just counted: it takes a client's connection, or a
    /// stream.
    mutating func mayHold(_ set: DestinationSetView, isHTTP1: Bool) -> Bool {
        let all = isHTTP1 ? connections.limit / 2 : streams.limit
        let taken = isHTTP1 ? exchangesHTTP1 : streams.count
        if taken <= all / 2 { return true }
        var held = 0
        for index in 0..<set.count {
            let state = destinations[set[index].id]
            held += Int(
                isHTTP1 ? state.outstandingHTTP1 : state.outstanding - state.outstandingHTTP1)
        }
        return held <= Limits.shareOfFree * (all - taken + 1)
    }

    /// Whether any revision may have another connection, whatever it has.
    var hasAmpleRoom: Bool {
        mutating get {
            let free = connections.limit - connections.count
            return free * (Limits.shareOfFree + 1) > connections.limit
        }
    }

    /// How many more clients may come: half of the slots stay free for connections to upstreams.
    var freeClientSlots: Int {
        mutating get {
            min(connections.limit / 2 - clientCount, connections.limit - connections.count)
        }
    }
}
