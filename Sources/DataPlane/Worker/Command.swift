import Reactor
import Routing

/// What the control plane may ask of a worker.
enum Command: Sendable {
    /// A newer snapshot may be there: the group holds the newest.
    case lookAtSnapshot
    /// A listening descriptor, owned by the receiver.
    case listen(
        descriptor: CInt, address: SocketAddress, kind: ListenerKind, isTLS: Bool, index: Int)
    case drain(delay: UInt64, time: UInt64)
    /// Memory is short, or no longer.
    case shed(Shedding)
    /// Close everything at once and end.
    case cut
}
