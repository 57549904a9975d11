import ArgumentParser
import ControlPlane

/// Every setting but secrets as a flag; the texts are checked with those of the file and the environment.
struct SettingFlags: ParsableArguments {
    @Option(help: Self.help("manifests"))
    var manifests: [String] = []
    @Option(help: Self.help("listeners.external-http"))
    var listenersExternalHttp: [String] = []
    @Option(help: Self.help("listeners.external-https"))
    var listenersExternalHttps: [String] = []
    @Option(help: Self.help("listeners.internal-http"))
    var listenersInternalHttp: [String] = []
    @Option(help: Self.help("listeners.internal-https"))
    var listenersInternalHttps: [String] = []
    @Option(help: Self.help("listeners.status"))
    var listenersStatus: [String] = []
    @Option(help: Self.help("listeners.admin"))
    var listenersAdmin: [String] = []
    @Option(help: Self.help("domain"))
    var domain: String?
    @Option(help: Self.help("cluster-domain"))
    var clusterDomain: String?
    @Option(help: Self.help("ingress-class"))
    var ingressClass: String?
    @Option(help: Self.help("internal-service"))
    var internalService: String?
    @Flag(inversion: .prefixedNo, help: "Take objects from a Kubernetes cluster.")
    var kubernetes: Bool?
    @Option(help: Self.help("kubeconfig"))
    var kubeconfig: [String] = []
    @Option(help: Self.help("kube-context"))
    var kubeContext: String?
    @Option(help: Self.help("system-namespace"))
    var systemNamespace: String?
    @Option(help: Self.help("external-service"))
    var externalService: String?
    @Option(help: Self.help("external-ip"))
    var externalIp: String?
    @Option(help: Self.help("internal-ip"))
    var internalIp: String?
    @Option(help: Self.help("pod-name"))
    var podName: String?
    @Option(help: Self.help("pod-namespace"))
    var podNamespace: String?
    @Option(help: Self.help("state-secrets"))
    var stateSecrets: String?
    @Option(help: Self.help("default-certificate"))
    var defaultCertificate: String?
    @Option(help: Self.help("tls-min"))
    var tlsMin: String?
    @Option(help: Self.help("tls-ciphers"))
    var tlsCiphers: String?
    @Option(help: Self.help("ticket-keys"))
    var ticketKeys: [String] = []
    @Option(help: Self.help("workers"))
    var workers: String?
    @Option(help: Self.help("memory-limit"))
    var memoryLimit: String?
    @Option(help: Self.help("congestion-control"))
    var congestionControl: String?
    @Option(help: Self.help("drain-delay"))
    var drainDelay: String?
    @Option(help: Self.help("drain-time"))
    var drainTime: String?
    @Option(help: Self.help("rule-match-limit"))
    var ruleMatchLimit: String?
    @Option(help: Self.help("name-server"))
    var nameServer: String?
    @Option(help: Self.help("state-dir"))
    var stateDir: String?
    @Option(help: Self.help("ping-after"))
    var pingAfter: String?
    @Option(help: Self.help("ping-timeout"))
    var pingTimeout: String?
    @Option(help: Self.help("stall-timeout"))
    var stallTimeout: String?
    @Option(help: Self.help("connection-max-age"))
    var connectionMaxAge: String?
    @Option(help: Self.help("underscores"))
    var underscores: String?
    @Option(help: Self.help("trusted-hops"))
    var trustedHops: String?
    @Option(help: Self.help("trusted-cidrs"))
    var trustedCidrs: [String] = []
    @Option(help: Self.help("proxy-protocol"))
    var proxyProtocol: String?
    @Option(help: Self.help("histogram-buckets"))
    var histogramBuckets: [String] = []
    @Option(help: Self.help("access-log"))
    var accessLog: String?
    @Option(help: Self.help("access-log-file"))
    var accessLogFile: String?
    @Option(help: Self.help("access-log-query"))
    var accessLogQuery: String?
    @Option(help: Self.help("log-level"))
    var logLevel: String?

    /// The texts that were given, by the setting's name.
    var texts: [String: [String]] {
        let lists: [String: [String]] = [
            "manifests": manifests,
            "listeners.external-http": listenersExternalHttp,
            "listeners.external-https": listenersExternalHttps,
            "listeners.internal-http": listenersInternalHttp,
            "listeners.internal-https": listenersInternalHttps,
            "listeners.status": listenersStatus,
            "listeners.admin": listenersAdmin,
            "kubeconfig": kubeconfig,
            "ticket-keys": ticketKeys,
            "trusted-cidrs": trustedCidrs,
            "histogram-buckets": histogramBuckets,
        ]
        let singles: [String: String?] = [
            "domain": domain, "cluster-domain": clusterDomain, "ingress-class": ingressClass,
            "internal-service": internalService, "workers": workers, "memory-limit": memoryLimit,
            "congestion-control": congestionControl, "drain-delay": drainDelay,
            "drain-time": drainTime, "underscores": underscores, "trusted-hops": trustedHops,
            "access-log": accessLog, "log-level": logLevel,
            "default-certificate": defaultCertificate, "tls-min": tlsMin,
            "tls-ciphers": tlsCiphers, "rule-match-limit": ruleMatchLimit,
            "name-server": nameServer, "state-dir": stateDir, "proxy-protocol": proxyProtocol,
            "ping-after": pingAfter, "ping-timeout": pingTimeout,
            "stall-timeout": stallTimeout, "connection-max-age": connectionMaxAge,
            "access-log-file": accessLogFile, "access-log-query": accessLogQuery,
            "kube-context": kubeContext, "system-namespace": systemNamespace,
            "external-service": externalService, "external-ip": externalIp,
            "internal-ip": internalIp, "pod-name": podName, "pod-namespace": podNamespace,
            "state-secrets": stateSecrets, "kubernetes": kubernetes.map { "\($0)" },
        ]
        return lists.filter { !$0.value.isEmpty }
            .merging(singles.compactMapValues { $0.map { [$0] } }) { first, _ in first }
    }

    private static func help(_ name: String) -> ArgumentHelp {
        let key = SettingKey.named(name)
        return ArgumentHelp(
            (key?.summary ?? name) + ".", valueName: key?.isList == true ? "list" : "value")
    }
}
