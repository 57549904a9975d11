internal import CLinux

/// Which of the kernel's algorithms decide how fast TCP sockets send (tcp(7), TCP_CONGESTION).
package struct CongestionControl: Equatable, Sendable {
    /// For all sockets; nil: what the system is set to.
    package var everywhere: String?
    /// For connections within this host; nil: the same as for others.
    package var withinHost: String?

    package init(everywhere: String? = nil, withinHost: String? = nil) {
        self.everywhere = everywhere
        self.withinHost = withinHost
    }

    /// What the system is set to, but without pacing within this host.
    ///
    /// BBR spreads segments over time by a timer for each. Between processes of one host there is no
    /// queue to keep short, and the timers cost more than the sending. `system` is the system's
    /// algorithm; every kernel has reno, and lets everybody choose it.
    package static func automatic(system: String) -> CongestionControl {
        system.hasPrefix("bbr") ? CongestionControl(withinHost: "reno") : CongestionControl()
    }

    /// Whether the kernel knows the algorithm and this process may choose it; tries it.
    package static func isGranted(_ algorithm: String) -> Bool {
        let descriptor = weir_socket(AF_INET, CInt(bitPattern: SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        let socket = Socket(owning: descriptor)
        return choose(algorithm, for: socket.descriptor)
    }

    func apply(to descriptor: CInt, isWithinHost: Bool) {
        if let algorithm = isWithinHost ? withinHost ?? everywhere : everywhere {
            _ = Self.choose(algorithm, for: descriptor)
        }
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
