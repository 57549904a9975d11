/// Something that a compilation looked at: when it changes, it is done again.
enum Topic: Hashable, Sendable {
    case object(ObjectKey)
    /// The Revisions that carry a Configuration's label.
    case revisions(NamespacedName)
    /// The EndpointSlices and Endpoints of a Service.
    case addresses(NamespacedName)
    /// Whether some Route has a placeholder Service of that name.
    case placeholder(NamespacedName)
    /// Whether some certificate has that name, which may be a wildcard.
    case certificate(String)
    /// The addresses that a name was resolved to.
    case name(String)
    /// Knative's ConfigMaps.
    case platform
    /// CA certificates that vouch for upstreams.
    case trust

    /// The program that an object makes by itself.
    var program: ObjectKey? {
        guard case .object(let key) = self else { return nil }
        switch key.kind {
        case .service: return ObjectKey(.route, key.namespace, key.name)
        case .route, .ingress, .domainMapping: return key
        default: return nil
        }
    }
}
