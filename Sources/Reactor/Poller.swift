internal import CLinux

/// One readiness event.
package struct Readiness: Sendable {
    /// What was given when the descriptor was added.
    package let token: UInt64
    package let isReadable: Bool
    package let isWritable: Bool
    /// The other side closed its half, or the socket failed; a read tells which.
    package let isHungUp: Bool
    /// Both directions are gone.
    package let isFailed: Bool
}

/// An epoll instance and the events of one turn.
///
/// Connections are registered once, edge-triggered, and changed at most once, when the first of their
/// writes waits: the owner remembers what it has not read or written yet.
@safe
package struct Poller: ~Copyable {
    /// LIMIT: events taken per turn.
    package static let eventsMax = 256

    private let descriptor: CInt
    /// SAFETY: `eventsMax` events, written by epoll_wait, freed in `deinit`.
    private let events: UnsafeMutablePointer<epoll_event>

    package init() {
        descriptor = weir_epoll_create1(CInt(EPOLL_CLOEXEC))
        precondition(descriptor >= 0, "no epoll instance")
        unsafe events = .allocate(capacity: Self.eventsMax)
        unsafe events.initialize(repeating: epoll_event(), count: Self.eventsMax)
    }

    deinit {
        unsafe events.deallocate()
        _ = weir_close(descriptor)
    }

    /// Watches a stream socket, edge-triggered: for what comes, and for room to write only where that is
    /// waited for, since a socket that has it says so at once.
    ///
    /// False when the kernel refuses (out of memory or watches).
    package borrowing func addConnection(
        _ socket: borrowing Socket, token: UInt64, awaitsRoom: Bool
    ) -> Bool {
        ask(EPOLL_CTL_ADD, socket.descriptor, token, Self.interest(inRoom: awaitsRoom))
    }

    /// From here on tells of a watched socket's room to write as well; at once where there is some.
    package borrowing func awaitRoom(_ socket: borrowing Socket, token: UInt64) {
        let isTold = ask(EPOLL_CTL_MOD, socket.descriptor, token, Self.interest(inRoom: true))
        precondition(isTold, "only what is watched is watched for more")
    }

    /// Watches a descriptor for reading, level-triggered.
    package borrowing func addReadable(_ descriptor: CInt, token: UInt64) -> Bool {
        ask(EPOLL_CTL_ADD, descriptor, token, EPOLLIN.rawValue)
    }

    private static func interest(inRoom: Bool) -> UInt32 {
        // EPOLLET has no name in Swift: it is the sign of an `int`.
        let input = EPOLLIN.rawValue | EPOLLRDHUP.rawValue | UInt32(bitPattern: 1 << 31)
        return inRoom ? input | EPOLLOUT.rawValue : input
    }

    /// Stops watching a descriptor that stays open.
    package borrowing func remove(_ descriptor: CInt) {
        // SAFETY: a plain struct of numbers; the union's pointer is never read.
        var event = unsafe epoll_event()
        // SAFETY: the kernel ignores the event for a removal.
        _ = unsafe weir_epoll_ctl(self.descriptor, EPOLL_CTL_DEL, descriptor, &event)
    }

    private borrowing func ask(
        _ operation: CInt, _ watched: CInt, _ token: UInt64, _ interest: UInt32
    ) -> Bool {
        // SAFETY: a plain struct of numbers; the union's pointer is never read.
        var event = unsafe epoll_event()
        unsafe event.events = interest
        unsafe event.data.u64 = token
        // SAFETY: the kernel copies the event during the call.
        return unsafe weir_epoll_ctl(descriptor, operation, watched, &event) == 0
    }

    /// Waits at most `milliseconds` (-1: for ever) and returns how many events there are.
    package borrowing func wait(milliseconds: CInt) -> Int {
        // SAFETY: the kernel writes at most `eventsMax` events.
        let count = unsafe weir_epoll_wait(descriptor, events, CInt(Self.eventsMax), milliseconds)
        return max(Int(count), 0)
    }

    /// An event of the last wait.
    package borrowing func event(_ index: Int) -> Readiness {
        precondition(index >= 0 && index < Self.eventsMax)
        // SAFETY: the index was checked; all events are initialized.
        let event = unsafe events[index]
        let bits = unsafe event.events
        let broken = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
        return unsafe Readiness(
            token: event.data.u64,
            isReadable: bits & (EPOLLIN.rawValue | broken) != 0,
            isWritable: bits & (EPOLLOUT.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0,
            isHungUp: bits & broken != 0,
            isFailed: bits & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0)
    }
}
