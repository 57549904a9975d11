/// Defaults and validation of each kind, as the API server applies them on every write.
struct ObjectRules: Sendable {
    /// The one leniency: upstreams of tests live on loopback.
    var allowsLoopback: Bool

    /// Fills in what the API server fills in.
    func setDefaults(_ resource: Resource, _ object: inout JSONValue, old: JSONValue?) {
        switch resource {
        case .services: ServiceRules.setDefaults(&object, old: old)
        case .secrets: SecretRules.setDefaults(&object)
        case .endpoints: EndpointsRules.setDefaults(&object)
        case .endpointSlices: SliceRules.setDefaults(&object)
        case .namespaces:
            let name = object["metadata"]["name"].text ?? ""
            object["metadata"]["labels"]["kubernetes.io/metadata.name"] = .string(name)
            if old == nil {
                object["spec"]["finalizers"] = ["kubernetes"]
                object["status"]["phase"] = "Active"
            }
        case .pods:
            if old == nil && object["status"]["phase"].isNull {
                object["status"]["phase"] = "Pending"
            }
        case .ingresses, .configMaps, .leases, .events: break
        }
    }

    /// What is wrong with an object that is made, or that takes the place of an old one.
    func faults(_ resource: Resource, _ object: JSONValue, old: JSONValue?) -> [FieldFault] {
        MetadataRules.faults(resource, object, old: old)
            + specificFaults(resource, object, old: old)
    }

    private func specificFaults(
        _ resource: Resource, _ object: JSONValue, old: JSONValue?
    ) -> [FieldFault] {
        switch resource {
        case .services: ServiceRules.faults(object, old: old)
        case .secrets: SecretRules.faults(object, old: old)
        case .configMaps: SecretRules.mapFaults(object, old: old)
        case .endpoints: EndpointsRules.faults(object, allowsLoopback: allowsLoopback)
        case .endpointSlices: SliceRules.faults(object, old: old, allowsLoopback: allowsLoopback)
        case .leases: LeaseRules.faults(object)
        case .events: EventRules.faults(object)
        case .pods:
            object["spec"]["containers"].items.isEmpty ? [.required("spec.containers")] : []
        case .ingresses, .namespaces: []
        }
    }
}
