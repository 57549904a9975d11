/// All that ConfigMaps and settings say about compiling Routes.
struct Platform: Hashable, Sendable {
    var domains: DomainChoices
    var network = NetworkChoices()
    var features = FeatureChoices()
    var gateway = GatewayMap()
    var clusterDomain: String
    /// `namespace/name` of the certificate for names that no other has, by the settings.
    private let defaultCertificate: String?

    init(_ options: ManifestOptions) {
        domains = DomainChoices(defaultDomain: options.defaultDomain)
        clusterDomain = options.clusterDomain
        defaultCertificate = options.defaultCertificate
    }

    /// The Secret whose certificate serves names that no other has.
    var defaultSecret: (namespace: String, name: String)? {
        ManifestOptions.parts(
            of: gateway.externalCertificate ?? defaultCertificate ?? gateway.internalCertificate)
    }

    /// The domain of hosts inside the cluster.
    var localDomain: String { "svc.\(clusterDomain)" }
}
