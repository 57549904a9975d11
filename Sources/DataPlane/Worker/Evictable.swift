/// Connections that are closed when others need their slots, before anyone is turned away.
enum Evictable: Int {
    /// Clients that have nothing under way: waiting for their next request, or for their first byte.
    case clients
    /// Handshakes that their clients do not go on with.
    case handshakes
    /// Connections to upstreams that wait in a pool.
    case pooled
}
