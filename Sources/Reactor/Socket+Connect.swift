internal import CLinux

/// What starting a connect came to.
package enum ConnectOutcome: ~Copyable {
    /// Under way (or already there): the poller tells when.
    case started(Socket)
    /// Refused at once, or no way there.
    case refused
    /// No descriptor, port or memory of our own is left.
    case exhausted
}

extension Socket {
    /// Starts a connect to an upstream, with the options that find a dead one.
    package static func connect(
        to address: SocketAddress, options: SocketOptions
    ) -> ConnectOutcome {
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let type = CInt(
            bitPattern: SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = weir_socket(family, type, 0)
        guard descriptor >= 0 else { return .exhausted }
        let socket = Socket(owning: descriptor)
        options.apply(to: descriptor)
        options.congestionControl.apply(to: descriptor, connectingTo: address)
        var form = address.kernelForm
        // SAFETY: the kernel reads the address during the call.
        let result = unsafe weir_connect(descriptor, &form.storage, form.size)
        if result == 0 { return .started(socket) }
        switch weir_errno() {
        case EINPROGRESS: return .started(socket)
        case EADDRNOTAVAIL, EAGAIN, ENOBUFS, ENOMEM: return .exhausted
        default: return .refused
        }
    }
}

/// Options that every TCP socket of ours has.
package struct SocketOptions: Sendable {
    /// Seconds of silence before the first keep-alive probe.
    package var keepAliveAfter: CInt
    /// Seconds between probes.
    package var keepAliveEvery: CInt
    package var keepAliveProbes: CInt
    /// Milliseconds that bytes may wait for the other side: unacknowledged, or because it gives them
    /// no window (Linux counts both).
    package var userTimeout: CInt
    /// Bytes that may wait in the kernel to be sent, beside those that are under way; 0: as many as
    /// the system allows.
    package var unsentBytes: CInt
    /// How fast they send.
    package var congestionControl: CongestionControl

    package init(
        keepAliveAfter: CInt, keepAliveEvery: CInt, keepAliveProbes: CInt, userTimeout: CInt,
        unsentBytes: CInt, congestionControl: CongestionControl = CongestionControl()
    ) {
        self.keepAliveAfter = keepAliveAfter
        self.keepAliveEvery = keepAliveEvery
        self.keepAliveProbes = keepAliveProbes
        self.userTimeout = userTimeout
        self.unsentBytes = unsentBytes
        self.congestionControl = congestionControl
    }

    /// All but the congestion control, for which it matters who is at the other end.
    func apply(to descriptor: CInt) {
        set(descriptor, CInt(IPPROTO_TCP), TCP_NODELAY, 1)
        set(descriptor, SOL_SOCKET, SO_KEEPALIVE, 1)
        set(descriptor, CInt(IPPROTO_TCP), TCP_KEEPIDLE, keepAliveAfter)
        set(descriptor, CInt(IPPROTO_TCP), TCP_KEEPINTVL, keepAliveEvery)
        set(descriptor, CInt(IPPROTO_TCP), TCP_KEEPCNT, keepAliveProbes)
        set(descriptor, CInt(IPPROTO_TCP), TCP_USER_TIMEOUT, userTimeout)
        set(descriptor, CInt(IPPROTO_TCP), TCP_NOTSENT_LOWAT, unsentBytes)
    }

    func set(_ descriptor: CInt, _ level: CInt, _ option: CInt, _ value: CInt) {
        var value = value
        // SAFETY: the kernel reads one CInt during the call. A refused option is not fatal.
        _ = unsafe weir_setsockopt(
            descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }
}
