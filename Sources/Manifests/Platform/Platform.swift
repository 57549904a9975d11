/// All that ConfigMaps and settings say about compiling Routes.
///
/// Immutable, and one object: two threads compile by it.
final class Platform: Sendable {
    let domains: DomainChoices
    let network: NetworkChoices
    let features: FeatureChoices
    let gateway: GatewayMap
    let clusterDomain: String
    /// The domain of hosts inside the cluster.
    let localDomain: String
    /// `namespace/name` of the certificate for names that no other has, by the settings.
    private let defaultCertificate: String?

    /// The later of two that say the same counts.
    init(_ options: ManifestOptions, _ contents: [PlatformContent] = []) {
        var domains = DomainChoices(defaultDomain: options.defaultDomain)
        var network = NetworkChoices()
        var features = FeatureChoices()
        var gateway = GatewayMap()
        for content in contents {
            switch content {
            case .domains(let given): domains = given
            case .network(let given): network = given
            case .features(let given): features = given
            case .gateway(let given): gateway = given
            }
        }
        self.domains = domains
        self.network = network
        self.features = features
        self.gateway = gateway
        clusterDomain = options.clusterDomain
        localDomain = "svc.\(options.clusterDomain)"
        defaultCertificate = options.defaultCertificate
    }

    /// The Secret whose certificate serves names that no other has.
    var defaultSecret: (namespace: String, name: String)? {
        ManifestOptions.parts(
            of: gateway.externalCertificate ?? defaultCertificate ?? gateway.internalCertificate)
    }
}
