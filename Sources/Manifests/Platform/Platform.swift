/// All that ConfigMaps and settings say about compiling Routes.
struct Platform: Hashable, Sendable {
    var domains: DomainChoices
    var network = NetworkChoices()
    var features = FeatureChoices()
    var clusterDomain: String

    init(_ options: ManifestOptions) {
        domains = DomainChoices(defaultDomain: options.defaultDomain)
        clusterDomain = options.clusterDomain
    }

    /// The domain of hosts inside the cluster.
    var localDomain: String { "svc.\(clusterDomain)" }
}
