internal import CLinux

extension ListenFault {
    /// What keeps a socket from listening at an address alone; nil when the address is free.
    ///
    /// Workers share their ports, so that binding as they do would succeed beside a running
    /// gateway and take its connections. This binds and listens once without sharing, and lets
    /// go again; what waits in TIME_WAIT is no matter. `ip` is 4 or 16 bytes in network order.
    package static func probe(ip: Span<UInt8>, port: UInt16, isDualStack: Bool) -> ListenFault? {
        let address = SocketAddress(ip: ip, port: port)
        let family = address.isIPv6 ? AF_INET6 : AF_INET
        let type = CInt(bitPattern: SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, type, 0)
        guard descriptor >= 0 else { return ListenFault(weir_errno()) }
        defer { _ = close(descriptor) }
        let options = SocketOptions(
            keepAliveAfter: 0, keepAliveEvery: 0, keepAliveProbes: 0, userTimeout: 0,
            unsentBytes: 0)
        options.set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
        if address.isIPv6 {
            options.set(descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, isDualStack ? 0 : 1)
        }
        var form = address.kernelForm
        // SAFETY: the kernel reads the address during the call.
        let bound = unsafe weir_bind(descriptor, &form.storage, form.size)
        return bound == 0 && listen(descriptor, 1) == 0 ? nil : ListenFault(weir_errno())
    }
}
