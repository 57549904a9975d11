internal import CLinux

/// Why an address could not be listened on: the errno and its text.
package struct ListenFault: Error, Equatable, Sendable, CustomStringConvertible {
    package let errno: CInt
    package let text: String

    init(_ errno: CInt) {
        self.errno = errno
        // SAFETY: strerror returns a string that lives until the next call on this thread.
        text = unsafe String(cString: strerror(errno))
    }

    package var description: String { text }
}

/// What an accept came to.
package enum AcceptOutcome: ~Copyable {
    case accepted(Socket, from: SocketAddress)
    case wouldBlock
    /// The connection was gone already, or the call was interrupted: ask again.
    case again
    /// No descriptor or memory left; wait before asking again.
    case exhausted
}

/// A bound and listening socket, owned.
package struct ListeningSocket: ~Copyable {
    package let descriptor: CInt
    /// Where it is bound; the port that the kernel chose when 0 was asked.
    package let address: SocketAddress

    deinit { _ = weir_close(descriptor) }

    /// Binds and listens with SO_REUSEPORT, so that each worker has a queue of its own.
    ///
    /// Accepted sockets inherit the TCP options, which saves calls per connection. A dual-stack
    /// socket takes IPv4 as well.
    package init(
        address: SocketAddress, dualStack: Bool, backlog: CInt, options: SocketOptions
    ) throws(ListenFault) {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let type = CInt(
            bitPattern: SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = weir_socket(family, type, 0)
        guard descriptor >= 0 else { throw ListenFault(weir_errno()) }
        options.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        options.set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1)
        if address.isIPv6 {
            options.set(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, dualStack ? 0 : 1)
        }
        options.apply(to: descriptor)
        options.congestionControl.apply(to: descriptor, listeningAt: address)
        var form = address.kernelForm
        // SAFETY: the kernel reads the address during the call.
        let bound = unsafe weir_bind(descriptor, &form.storage, form.size)
        guard bound == 0, weir_listen(descriptor, backlog) == 0 else {
            let error = weir_errno()
            _ = weir_close(descriptor)
            throw ListenFault(error)
        }
        // The answer acknowledges a connection's first request: a segment less for each of them.
        // To listen sets it back, so this comes after.
        options.set(descriptor, CInt(IPPROTO_TCP), TCP_QUICKACK, 0)
        var storage = sockaddr_storage()
        // SAFETY: the kernel writes at most the storage's size during the call.
        _ = unsafe weir_getsockname(descriptor, &storage)
        self.descriptor = descriptor
        self.address = SocketAddress(storage)
    }

    /// Takes over a listening descriptor that `release` gave.
    package init(adopting descriptor: CInt, address: SocketAddress) {
        self.descriptor = descriptor
        self.address = address
    }

    /// Gives the descriptor away, still open.
    package consuming func release() -> CInt {
        let released = descriptor
        discard self
        return released
    }

    /// Has the kernel drop what would begin a new connection; those that wait can be accepted.
    ///
    /// Closing right after the last accept would reset whoever came in between. A client that
    /// is dropped asks again after a second, and is refused.
    package borrowing func dropNewConnections() { _ = weir_drop_new_connections(descriptor) }

    /// Connections that wait to be accepted; 0 as well where the kernel does not tell.
    package borrowing func waitingCount() -> Int { Int(weir_connections_waiting(descriptor)) }

    /// Takes one waiting connection.
    ///
    /// It has the options that this was opened with, but for those that depend on who comes.
    package borrowing func accept(_ options: borrowing SocketOptions) -> AcceptOutcome {
        var storage = sockaddr_storage()
        let flags = CInt(bitPattern: SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        // SAFETY: the kernel writes at most the storage's size during the call.
        let accepted = unsafe weir_accept4(descriptor, &storage, flags)
        if accepted >= 0 {
            let socket = Socket(owning: accepted)
            let remote = SocketAddress(storage).unmapped
            options.congestionControl.apply(to: accepted, acceptedAt: address, from: remote)
            return .accepted(socket, from: remote)
        }
        switch weir_errno() {
        case EAGAIN: return .wouldBlock
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
        default: return .again
        }
    }
}
