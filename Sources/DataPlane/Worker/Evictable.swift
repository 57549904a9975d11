import Reactor

/// Connections that are closed when others need their slots, before anyone is turned away.
enum Evictable {
    /// Clients that have nothing under way: waiting for their next request, or for their first byte.
    case clients
    /// The same, of one source.
    case clientsOf(SocketAddress)
    /// Handshakes that take long.
    case handshakes
    /// The same, of one source.
    case handshakesOf(SocketAddress)
    /// Connections to upstreams that wait in a pool.
    case pooled

    /// Nanoseconds: who waits for less than this stays; a connection in a pool is nobody's.
    var age: UInt64 {
        if case .pooled = self { 0 } else { Limits.evictionAge }
    }

    /// Which walk looks for them; below 5.
    var walk: Int {
        switch self {
        case .clients: 0
        case .clientsOf: 1
        case .handshakes: 2
        case .pooled: 3
        case .handshakesOf: 4
        }
    }
}
