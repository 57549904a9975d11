internal import DataPlane
internal import Manifests
internal import Reactor
internal import Routing
internal import TLS
internal import Telemetry

/// What each part of the gateway takes from the settings.
extension Settings {
    var workerSettings: WorkerSettings {
        var parts = WorkerSettings(workers: workers ?? CPUCount.usable())
        if let bounds = histogramBuckets {
            guard let buckets = DurationBuckets(seconds: bounds) else {
                preconditionFailure("bounds that the settings should have refused")
            }
            parts.buckets = buckets
        }
        parts.socketOptions.congestionControl = congestionControl.parts()
        parts.allowsUnderscores = allowsUnderscores
        parts.tlsPolicy = TLSPolicy(minVersion: tlsMinVersion, ciphers: tlsCiphers)
        parts.policy = trafficPolicy(GatewayMap())
        parts.trustedNetworks = trustedNetworks.map {
            NetworkSource(ip: $0.ip, prefix: $0.prefix)
        }
        parts.logsQuery = logsQueries
        parts.explainToken = explainToken?.bytes ?? []
        parts.ruleMatchLimit = UInt32(ruleMatchLimit)
        parts.pingAfter = pingAfter.nanoseconds
        parts.pingTimeout = pingTimeout.nanoseconds
        parts.stallTimeout = stallTimeout.nanoseconds
        parts.connectionMaxAge = connectionMaxAge?.nanoseconds ?? 0
        return parts
    }

    /// How traffic is treated: as the ConfigMap says, and where it says nothing, as the settings.
    func trafficPolicy(_ map: GatewayMap) -> TrafficPolicy {
        var policy = TrafficPolicy(tlsCiphers: tlsCiphers)
        if let ciphers = map.ciphers { policy.tlsCiphers = ciphers }
        policy.proxyProtocol =
            map.requiresProxyProtocol.map { $0 ? .required : .off } ?? workerProxyProtocol
        policy.trustedHops = map.trustedHops ?? trustedHops
        policy.logsAccess = accessLog != .off && map.logsAccess ?? true
        policy.streamIdleTimeout = map.streamIdleTimeout ?? 0
        return policy
    }

    private var workerProxyProtocol: DataPlane.ProxyProtocol {
        switch proxyProtocol {
        case .off: .off
        case .required: .required
        case .trusted: .trusted
        }
    }

    /// The form of the access log; nil for none.
    var accessForm: AccessForm? {
        switch accessLog {
        case .text: .text
        case .json: .json
        case .off: nil
        }
    }

    var manifestOptions: ManifestOptions {
        var options = ManifestOptions(
            defaultDomain: domain, clusterDomain: clusterDomain, ingressClass: ownIngressClass,
            systemNamespace: systemNamespace, internalService: internalService,
            defaultCertificate: defaultCertificate)
        // Each kind of objects has a watch of its own, so an Ingress may come before its Services.
        if isKubernetes { options.patience = 2_000_000_000 }
        return options
    }

    /// In a cluster there are always others' Ingresses too.
    private var ownIngressClass: String? {
        isKubernetes ? ingressClass ?? ManifestOptions.ownIngressClass : ingressClass
    }

    /// How the addresses of names are found.
    var nameQuery: @Sendable (String, NameFamily) -> NameAnswer {
        var server: SocketAddress?
        if let nameServer, let ip = nameServer.ip {
            server = SocketAddress(ip: ip.span, port: nameServer.port)
        }
        let asked = server
        return { NameQuery.run($0, $1, at: asked) }
    }

    var drainPlan: DrainPlan {
        DrainPlan(delay: drainDelay.nanoseconds, time: drainTime.nanoseconds)
    }
}

extension Duration {
    /// Whole nanoseconds; what is below zero counts as zero.
    fileprivate var nanoseconds: UInt64 { UInt64(max(0, self / .nanoseconds(1))) }
}
