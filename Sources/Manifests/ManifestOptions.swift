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

    package init(
        defaultDomain: String = "example.com", clusterDomain: String = "cluster.local",
        ingressClass: String? = nil, systemNamespace: String = "knative-serving"
    ) {
        self.defaultDomain = defaultDomain
        self.clusterDomain = clusterDomain
        self.ingressClass = ingressClass
        self.systemNamespace = systemNamespace
    }

    /// The class that compiled Ingresses carry when nothing else says so.
    static let ownIngressClass = "weir.ingress.networking.knative.dev"
}
