/// An IP address and port as an access record holds it.
package struct AccessAddress: BitwiseCopyable, Hashable, Sendable {
    /// The address in network order: 16 bytes for IPv6; IPv4 is in the first four.
    package var high: UInt64
    package var low: UInt64
    package var port: UInt16
    package var isIPv6: Bool
    /// False where there is none, such as the upstream's before one was chosen.
    package var isPresent: Bool

    package init(high: UInt64, low: UInt64, port: UInt16, isIPv6: Bool) {
        self.high = high
        self.low = low
        self.port = port
        self.isIPv6 = isIPv6
        isPresent = true
    }

    /// No address.
    package init() {
        self.init(high: 0, low: 0, port: 0, isIPv6: false)
        isPresent = false
    }
}
