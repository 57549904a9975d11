import Reactor
import Routing

/// Networks, for the question whether an address lies in one of them.
struct NetworkList {
    private struct Network: BitwiseCopyable {
        var high: UInt64
        var low: UInt64
        var highMask: UInt64
        var lowMask: UInt64
        var isIPv6: Bool
    }

    private let networks: [Network]

    init(_ sources: [NetworkSource]) {
        networks = sources.map { source in
            let address = SocketAddress(ip: source.ip.span, port: 0)
            return Network(
                high: address.high, low: address.low, highMask: Self.mask(source.prefix),
                lowMask: Self.mask(source.prefix - 64), isIPv6: address.isIPv6)
        }
    }

    var isEmpty: Bool { networks.isEmpty }

    func contains(_ address: SocketAddress) -> Bool {
        for network in networks
        where network.isIPv6 == address.isIPv6
            && (network.high ^ address.high) & network.highMask == 0
            && (network.low ^ address.low) & network.lowMask == 0
        {
            return true
        }
        return false
    }

    /// So many leading ones, 0 to 64.
    private static func mask(_ prefix: Int) -> UInt64 {
        prefix <= 0 ? 0 : prefix >= 64 ? .max : ~(.max >> UInt64(prefix))
    }
}
