/// What one of Knative's ConfigMaps says.
enum PlatformContent: Hashable, Sendable {
    case domains(DomainChoices)
    case network(NetworkChoices)
    case features(FeatureChoices)

    static let names: Set<String> = ["config-domain", "config-network", "config-features"]

    /// The ConfigMap of that name, which is one of `names`.
    init(named name: String, _ data: Cursor, _ options: ManifestOptions, _ flaws: inout Flaws) {
        switch name {
        case "config-domain": self = .domains(DomainChoices(data, options, &flaws))
        case "config-network": self = .network(NetworkChoices(data, &flaws))
        default: self = .features(FeatureChoices(data, &flaws))
        }
    }
}

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

/// config-features: the one feature that changes routing.
struct FeatureChoices: Hashable, Sendable {
    var isTagHeaderRouting = false

    init() {}

    init(_ data: Cursor, _ flaws: inout Flaws) {
        let cursor = data["tag-header-based-routing"]
        switch cursor.text(&flaws).lowercased() {
        case "", "disabled", "allowed": break
        case "enabled": isTagHeaderRouting = true
        case let other:
            flaws.refuse(
                cursor, "invalid value: \(other)", right: "write enabled or disabled")
        }
    }
}
