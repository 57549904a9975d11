import Bytes
import HTTP
import Reactor

/// Shares of the room that is left: while there is enough all may have what they want, and as it runs out
/// who has most is stopped first.
extension Worker {
    /// Counts a client for its source; false when that has more than its share now.
    ///
    /// Trusted proxies bring many clients from one address, and have no share.
    mutating func countSource(_ client: Handle) -> Bool {
        guard !connections[client].isTrusted else { return true }
        connections[client].isCounted = true
        let held = sources.add(connections[client].remote)
        // The slot that it has taken is one of those that were free.
        if held <= Limits.shareOfFree * (freeClientSlots + 1) { return true }
        return evict(.clients) && held <= Limits.shareOfFree * (freeClientSlots + 1)
    }

    /// Whether the destination may have one more connection.
    mutating func mayDial(_ destination: Handle) -> Bool {
        let free = connections.limit - connections.count
        return Int(destinations[destination].connectionCount) < Limits.shareOfFree * free
    }

    /// Whether a destination may have so many exchanges of HTTP/1's clients, or of HTTP/2's; the last
    /// one is among those that there are.
    mutating func mayHold(_ count: Int, isHTTP1: Bool) -> Bool {
        let free =
            isHTTP1
            ? connections.limit / 2 - exchangesHTTP1 : streams.limit - streams.count
        return count <= Limits.shareOfFree * (free + 1)
    }

    /// How many more clients may come: half of the slots stay free for connections to upstreams.
    var freeClientSlots: Int {
        mutating get {
            min(connections.limit / 2 - clientCount, connections.limit - connections.count)
        }
    }
}
