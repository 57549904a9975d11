package import Logging
package import TLS

/// How the gateway runs: everything that is not a Kubernetes object.
///
/// Made by `SettingsInput.resolve()`; every value is checked there.
package struct Settings: Hashable, Sendable {
    /// Addresses for clients from outside; empty means: no such listener.
    package var externalHTTP = [ListenAddress(ip: nil, port: 8080)]
    /// The same with TLS.
    package var externalHTTPS = [ListenAddress(ip: nil, port: 8443)]
    /// Addresses for clients inside the cluster: all rules, ClusterLocal too.
    package var internalHTTP = [ListenAddress(ip: nil, port: 8081)]
    /// The same with TLS.
    package var internalHTTPS = [ListenAddress(ip: nil, port: 8444)]
    /// `/healthz`, `/readyz` and `/metrics`, without authentication.
    package var status = [ListenAddress(ip: nil, port: 9090)]
    /// The status pages, `/routes`, `/version` and `/drain`; loopback only.
    package var admin = [ListenAddress(ip: [127, 0, 0, 1], port: 9901)]

    /// Worker threads, 1 to 256; nil means `CPUCount`.
    package var workers: Int?
    /// Folders and files of Kubernetes objects.
    package var manifests: [String] = []
    /// The domain of a Route's hosts, unless a `config-domain` object says otherwise.
    package var domain = "example.com"
    /// The cluster's own domain, under which cluster-local hosts live.
    package var clusterDomain = "cluster.local"
    /// Serve only Ingresses of this class; nil serves all, in a cluster those of weir's own.
    package var ingressClass: String?
    /// The `namespace/name` of the Service in front of the internal listener.
    package var internalService: String?

    /// Whether objects come from a Kubernetes cluster.
    package var isKubernetes = false
    /// Files that say how the cluster is reached; none means the pod's own account, or else those
    /// that kubectl would read.
    package var kubeconfigFiles: [String] = []
    /// Which of their contexts; nil means the current one.
    package var kubeContext: String?
    /// Where Knative's ConfigMaps are.
    package var systemNamespace = "knative-serving"
    /// The `namespace/name` of the Service in front of the external listener.
    package var externalService: String?
    /// The Services' addresses, written into status where set.
    package var externalIP: String?
    package var internalIP: String?
    /// This replica's name among its own; nil means the host's name.
    package var podName: String?
    /// Where the replicas' Leases are; nil means the namespace of the account.
    package var podNamespace: String?
    /// Whether Secrets may be kept in `state-dir`.
    package var keepsSecrets = false

    /// The `namespace/name` of the Secret for server names that no certificate claims.
    package var defaultCertificate: String?
    /// The lowest version that is accepted.
    package var tlsMinVersion = TLSProtocol.tls12
    /// Suites of TLS 1.2, the best first.
    package var tlsCiphers = TLSPolicy.defaultCiphers
    /// Files with keys of session tickets, the newest first; none means random keys.
    package var ticketKeyFiles: [String] = []

    /// Resident memory from which on the gateway sheds load.
    package var memoryLimit = MemoryLimit.share(percent: 80)
    /// How fast TCP connections send.
    package var congestionControl = CongestionChoice.automatic

    /// How long listeners go on accepting after SIGTERM.
    package var drainDelay: Duration = .seconds(5)
    /// How long exchanges may go on after SIGTERM until they are cut.
    package var drainTime: Duration = .seconds(30)

    /// Silence after which a connection of HTTP/2 is asked for a sign of life, and how long that may
    /// take.
    package var pingAfter: Duration = .seconds(60)
    package var pingTimeout: Duration = .seconds(20)
    /// How long a client of HTTP/2 may take for a quarter of the answers that wait for it.
    package var stallTimeout: Duration = .seconds(300)
    /// When a connection of HTTP/2 is replaced, give or take a tenth; nil means never.
    package var connectionMaxAge: Duration?

    /// Steps that a rule's pattern may take in one search.
    package var ruleMatchLimit = 10_000
    /// The server asked for names, IPv4; nil means those of `/etc/resolv.conf`.
    package var nameServer: ListenAddress?
    /// The folder for what must survive a restart; nil keeps it in memory.
    package var stateFolder: String?

    /// True lets names of header fields with `_` through; false answers 400.
    package var allowsUnderscores = false
    /// How many proxies in front of us are trusted to have written `X-Forwarded-For`, 0 to 16.
    package var trustedHops = 0
    /// Clients from these networks are trusted proxies.
    package var trustedNetworks: [AddressRange] = []
    /// Whether connections to external listeners begin with a PROXY header.
    package var proxyProtocol = ProxyProtocol.off
    /// The value of `Weir-Explain` that has a request explained; nil lets nobody.
    package var explainToken: SecretText?

    /// Upper bounds of the latency histograms in seconds, ascending; nil means Telemetry's own.
    package var histogramBuckets: [Double]?
    /// How access records are written.
    package var accessLog = AccessLog.text
    /// The file that they go to; nil means standard output.
    package var accessLogFile: String?
    /// Whether queries are written too.
    package var logsQueries = false
    /// The least grave line that is logged.
    package var logLevel: Logger.Level = .info

    /// The forms of an access record.
    package enum AccessLog: String, CaseIterable, Sendable { case text, json, off }

    /// Which connections to external listeners begin with a PROXY header: none, all, or those
    /// from trusted networks.
    package enum ProxyProtocol: String, CaseIterable, Sendable { case off, required, trusted }

    /// All defaults.
    package init() {}
}
