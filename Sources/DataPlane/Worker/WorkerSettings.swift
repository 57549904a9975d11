package import HTTP
package import Reactor
package import Routing
package import TLS
package import Telemetry

/// Which connections to external listeners begin with a PROXY header.
package enum ProxyProtocol: Hashable, Sendable {
    case off
    /// All of them; others are closed.
    case required
    /// Those from trusted networks; from others it is not understood.
    case trusted
}

/// How workers run; the same for all of them, fixed at start.
package struct WorkerSettings: Sendable {
    /// Threads; at least 1.
    package var workers: Int
    /// What a request head may be.
    package var headLimits = HeadLimits()
    /// Nanoseconds from the first byte of a head to its last.
    package var headTimeout: UInt64 = 15 * Limits.second
    /// Nanoseconds that a client connection may take for the first byte of its first request.
    package var firstByteTimeout: UInt64 = 60 * Limits.second
    /// Nanoseconds that a client connection may wait for the next request.
    package var clientIdleTimeout: UInt64 = 3600 * Limits.second
    /// Nanoseconds that an upstream connection is kept for the next request.
    package var upstreamIdleTimeout: UInt64 = 55 * Limits.second
    /// Nanoseconds for a connect to an upstream, its TLS included.
    package var connectTimeout: UInt64 = 5 * Limits.second
    /// Nanoseconds of silence after which a connection of HTTP/2 is asked for a sign of life, and
    /// nanoseconds that it has to answer.
    package var pingAfter: UInt64 = 60 * Limits.second
    package var pingTimeout: UInt64 = 20 * Limits.second
    /// Nanoseconds that a client of HTTP/2 may take for a quarter of the answers that wait for it.
    package var stallTimeout: UInt64 = 300 * Limits.second
    /// Nanoseconds after which a connection of HTTP/2 takes no further streams; 0: none.
    package var connectionMaxAge: UInt64 = 0
    /// Options of every TCP socket: dead peers are found on both sides, and who reads slowly does not
    /// fill the kernel's memory, which would take megabytes.
    ///
    /// The user timeout is that towards clients. The kernel counts it for a peer that is well and
    /// merely does not read, too.
    package var socketOptions = SocketOptions(
        keepAliveAfter: 60, keepAliveEvery: 10, keepAliveProbes: 3, userTimeout: 300_000,
        unsentBytes: Limits.unsentBytes)
    /// The same towards upstreams, in milliseconds: one that holds a body back for a cold start may
    /// take ten minutes (Knative §2.5), and a minute more.
    package var upstreamUserTimeout: CInt = 660_000
    /// Nanoseconds from the beginning of a client's TLS connection to the end of its handshake, and as
    /// many for a PROXY header.
    package var handshakeTimeout: UInt64 = 10 * Limits.second
    /// What TLS listeners speak.
    package var tlsPolicy = TLSPolicy()
    /// Keys of session tickets, shared by all workers.
    package var tickets = TicketKeys()
    /// Clients from these networks are trusted proxies.
    package var trustedNetworks: [NetworkSource] = []
    /// Whether their queries are.
    package var logsQuery = false
    /// Whoever sends it in `Weir-Explain` gets `Weir-Explanation`; empty: nobody.
    package var explainToken: [UInt8] = []
    /// Steps that one search with a rule's pattern may take.
    package var ruleMatchLimit = RegexMatcher.matchLimit
    /// How traffic is treated until something else is published.
    package var policy = TrafficPolicy(tlsCiphers: TLSPolicy.defaultCiphers)
    /// Buckets of the latency histograms.
    package var buckets = DurationBuckets.standard

    package init(workers: Int) { self.workers = workers }

    /// Whether a request's field names may hold `_`; refused otherwise (setting `underscores`).
    package var allowsUnderscores: Bool {
        get { headLimits.allowsUnderscores }
        set { headLimits.allowsUnderscores = newValue }
    }
}

extension WorkerSettings {
    /// Options of sockets to upstreams.
    var upstreamOptions: SocketOptions {
        var options = socketOptions
        options.userTimeout = upstreamUserTimeout
        return options
    }
}
