/// Something that a compilation looked at: when it changes, it is done again.
enum Topic: Hashable, Sendable {
    case object(ObjectKey)
    /// The Revisions that carry a Configuration's label.
    case revisions(NamespacedName)
    /// The EndpointSlices and Endpoints of a Service.
    case addresses(NamespacedName)
    /// Knative's ConfigMaps.
    case platform
}
