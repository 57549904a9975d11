internal import Reactor

/// What becomes of the choice.
extension CongestionChoice {
    /// Where the kernel says what the system is set to.
    private static let systemFile = "/proc/sys/net/ipv4/tcp_congestion_control"

    /// What sockets are told; `read` gives a file's text, nil where there is none.
    func parts(read: (String) -> String? = SmallFile.text) -> CongestionControl {
        switch self {
        case .automatic:
            .automatic(system: String((read(Self.systemFile) ?? "").prefix { !$0.isWhitespace }))
        case .system: CongestionControl()
        case .algorithm(let name): CongestionControl(network: name, loopback: name)
        }
    }

    /// Throws when the kernel does not know the algorithm, or keeps it from this process.
    package func check(
        isGranted: (String) -> Bool = CongestionControl.isGranted
    ) throws(GatewayFault) {
        guard case .algorithm(let name) = self, !isGranted(name) else { return }
        throw GatewayFault(
            "congestion-control: this kernel does not grant \"\(name)\", "
                + "one of net.ipv4.tcp_allowed_congestion_control would be right")
    }
}
