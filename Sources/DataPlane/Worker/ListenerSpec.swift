package import Routing

/// A listener as the control plane asks for it.
package struct ListenerSpec: Sendable {
    /// The setting's name, such as `external-http`; for metrics and messages.
    package var name: String
    /// External listeners serve ExternalIP rules only, internal ones all.
    package var kind: ListenerKind
    /// 4 or 16 bytes in network order.
    package var ip: [UInt8]
    /// 0 lets the kernel choose.
    package var port: UInt16
    /// An IPv6 wildcard that takes IPv4 too.
    package var isDualStack: Bool
    /// Clients speak TLS.
    package var isTLS: Bool

    package init(
        name: String, kind: ListenerKind, ip: [UInt8], port: UInt16, isDualStack: Bool = false,
        isTLS: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.ip = ip
        self.port = port
        self.isDualStack = isDualStack
        self.isTLS = isTLS
    }
}

/// A listener as it was bound.
package struct BoundListener: Sendable {
    package var name: String
    package var ip: [UInt8]
    /// The port, also when the kernel chose it.
    package var port: UInt16
    /// Its number in the workers' counters.
    package var index: Int
}

/// How a drain goes (design: SIGTERM).
package struct DrainPlan: Sendable {
    /// Nanoseconds during which listeners still accept and answers say `Connection: close`.
    package var delay: UInt64
    /// Nanoseconds after which what is left is cut, counted from the start.
    package var time: UInt64

    package init(delay: UInt64, time: UInt64) {
        self.delay = delay
        self.time = time
    }
}
