package import Logging

/// How the gateway runs: everything that is not a Kubernetes object.
///
/// Made by `SettingsInput.resolve()`; every value is checked there.
package struct Settings: Hashable, Sendable {
    /// Addresses for clients from outside; empty means: no such listener.
    package var externalHTTP = [ListenAddress(ip: nil, port: 8080)]
    /// Accepted and checked, not yet served.
    package var externalHTTPS = [ListenAddress(ip: nil, port: 8443)]
    /// Addresses for clients inside the cluster: all rules, ClusterLocal too.
    package var internalHTTP = [ListenAddress(ip: nil, port: 8081)]
    /// Accepted and checked, not yet served.
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
    /// Serve only Ingresses of this class; nil serves all.
    package var ingressClass: String?
    /// The `namespace/name` of the Service in front of the internal listener.
    package var internalService: String?

    /// How long listeners go on accepting after SIGTERM.
    package var drainDelay: Duration = .seconds(5)
    /// How long exchanges may go on after SIGTERM until they are cut.
    package var drainTime: Duration = .seconds(30)

    /// True lets names of header fields with `_` through; false answers 400.
    package var allowsUnderscores = false
    /// How many proxies in front of us are trusted to have written `X-Forwarded-For`, 0 to 16.
    package var trustedHops = 0
    /// Clients from these networks are trusted proxies.
    package var trustedNetworks: [AddressRange] = []

    /// Upper bounds of the latency histograms in seconds, ascending; nil means Telemetry's own.
    package var histogramBuckets: [Double]?
    /// How access records are to be written; accepted, not yet written.
    package var accessLog = AccessLog.text
    /// The least grave line that is logged.
    package var logLevel: Logger.Level = .info

    /// The forms of an access record.
    package enum AccessLog: String, CaseIterable, Sendable { case text, json, off }

    /// All defaults.
    package init() {}
}
