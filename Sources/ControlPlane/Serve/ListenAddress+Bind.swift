extension ListenAddress {
    /// The bytes to bind to; all addresses are `::` with IPv4 too, where the machine has IPv6.
    package var bindable: (ip: [UInt8], port: UInt16, isDualStack: Bool) {
        if let ip { return (ip, port, false) }
        let hasIPv6 = SmallFile.text("/proc/net/if_inet6")?.isEmpty == false
        return hasIPv6
            ? ([UInt8](repeating: 0, count: 16), port, true) : ([0, 0, 0, 0], port, false)
    }
}
