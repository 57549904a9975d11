/// What the gateway's settings say about manifests.
package struct ManifestOptions: Hashable, Sendable {
    /// The domain of routes while no `config-domain` is loaded.
    package var defaultDomain: String
    /// The cluster's DNS domain, without `svc.`.
    package var clusterDomain: String
    /// When set, Ingresses of another class are left alone (§2.4); nil takes all.
    package var ingressClass: String?
    /// Where Knative's ConfigMaps are looked for.
    package var systemNamespace: String
    /// The Service that leads to our own internal listeners, `namespace/name`: ExternalName
    /// Services that equal it are inner hops.
    package var internalService: String?
    /// The Secret whose certificate serves names that no other has, `namespace/name`.
    package var defaultCertificate: String?

    /// Nanoseconds for which a new version of an Ingress may wait for what its shares need, while
    /// the older one is served; 0 takes it at once.
    package var patience: Int64 = 0

    /// Compiled Ingresses are kept, for those who look at them; nothing that is served needs them.
    package var keepsIngresses = false

    package init(
        defaultDomain: String = "example.com", clusterDomain: String = "cluster.local",
        ingressClass: String? = nil, systemNamespace: String = "knative-serving",
        internalService: String? = nil, defaultCertificate: String? = nil
    ) {
        self.defaultDomain = defaultDomain
        self.clusterDomain = clusterDomain
        self.ingressClass = ingressClass
        self.systemNamespace = systemNamespace
        self.internalService = internalService
        self.defaultCertificate = defaultCertificate
    }

    /// The class that compiled Ingresses carry when nothing else says so.
    package static let ownIngressClass = "weir.ingress.networking.knative.dev"

    /// The names that lead to the internal Service from inside the cluster.
    var internalNames: Set<String> {
        guard let (namespace, name) = Self.parts(of: internalService) else { return [] }
        let short = "\(name).\(namespace)"
        return [short, "\(short).svc", "\(short).svc.\(clusterDomain)"]
    }

    static func parts(of text: String?) -> (namespace: String, name: String)? {
        let parts = text?.split(separator: "/") ?? []
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
}
