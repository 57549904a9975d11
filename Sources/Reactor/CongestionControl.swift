internal import CLinux

/// Which of the kernel's algorithms decide how fast TCP sockets send (tcp(7), TCP_CONGESTION).
///
/// Names of algorithms; nil: the system's is left as it is.
package struct CongestionControl: Equatable, Sendable {
    /// For connections that cross a network.
    package var network: String?
    /// For connections whose other end has a loopback address.
    package var loopback: String?

    package init(network: String? = nil, loopback: String? = nil) {
        self.network = network
        self.loopback = loopback
    }

    /// What the system is set to, but without pacing over loopback.
    ///
    /// BBR spreads segments over time by a timer for each. On loopback there is no queue to keep
    /// short, and the timers cost more than the sending. `system` is the system's algorithm; every
    /// kernel has reno, and lets everybody choose it.
    package static func automatic(system: String) -> CongestionControl {
        system.hasPrefix("bbr")
            ? CongestionControl(network: system, loopback: "reno") : CongestionControl()
    }

    /// Whether the kernel knows the algorithm and this process may choose it.
    ///
    /// Tries it; true where no socket is left for that.
    package static func isGranted(_ algorithm: String) -> Bool {
        let type = CInt(bitPattern: SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = weir_socket(AF_INET, type, 0)
        guard descriptor >= 0 else { return true }
        let socket = Socket(owning: descriptor)
        return choose(algorithm, for: socket.descriptor)
    }

    /// Before a connect.
    func apply(to descriptor: CInt, connectingTo address: SocketAddress) {
        choose(address.isLoopback ? loopback : network, for: descriptor)
    }

    /// Before a listen; accepted sockets inherit it.
    ///
    /// Who listens at all addresses begins as for loopback: a socket that BBR once had is paced
    /// whatever it is given later, while one that it never had becomes BBR's in full.
    func apply(to descriptor: CInt, listeningAt address: SocketAddress) {
        choose(address.isLoopback || address.isAny ? loopback : network, for: descriptor)
    }

    /// After an accept, for what its listener could not know.
    func apply(
        to descriptor: CInt, acceptedAt address: SocketAddress, from remote: SocketAddress
    ) {
        if network == loopback || !address.isAny || remote.isLoopback { return }
        choose(network, for: descriptor)
    }

    private func choose(_ algorithm: String?, for descriptor: CInt) {
        if let algorithm { _ = Self.choose(algorithm, for: descriptor) }
    }

    private static func choose(_ algorithm: String, for descriptor: CInt) -> Bool {
        // SAFETY: the kernel reads so many bytes of the text during the call.
        unsafe algorithm.withCString { text in
            unsafe weir_setsockopt(
                descriptor, CInt(IPPROTO_TCP), TCP_CONGESTION, text,
                socklen_t(algorithm.utf8.count)) == 0
        }
    }
}
