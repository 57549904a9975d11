/// What one of Knative's ConfigMaps says.
enum PlatformContent: Hashable, Sendable {
    case domains(DomainChoices)
    case network(NetworkChoices)
    case features(FeatureChoices)
    case gateway(GatewayMap)

    static let names: Set<String> = [
        "config-domain", "config-network", "config-features", GatewayMap.name,
    ]

    /// The ConfigMap of that name, which is one of `names`.
    init(named name: String, _ data: Cursor, _ options: ManifestOptions, _ flaws: inout Flaws) {
        switch name {
        case "config-domain": self = .domains(DomainChoices(data, options, &flaws))
        case "config-network": self = .network(NetworkChoices(data, &flaws))
        case GatewayMap.name: self = .gateway(GatewayMap(data, options, &flaws))
        default: self = .features(FeatureChoices(data, &flaws))
        }
    }
}
