/// The kinds of objects that the fake knows, each by the plural of its path.
package enum Resource: String, Sendable, CaseIterable {
    case ingresses, services, secrets, endpoints, pods, events, namespaces, leases
    case configMaps = "configmaps"
    case endpointSlices = "endpointslices"

    /// The plural in paths and rules.
    package var plural: String { rawValue }

    /// The API group; empty for the core one.
    package var group: String {
        switch self {
        case .ingresses: "networking.internal.knative.dev"
        case .endpointSlices: "discovery.k8s.io"
        case .leases: "coordination.k8s.io"
        default: ""
        }
    }

    package var version: String { self == .ingresses ? "v1alpha1" : "v1" }

    /// The group with the version, as objects say it.
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    package var kind: String {
        switch self {
        case .ingresses: "Ingress"
        case .services: "Service"
        case .secrets: "Secret"
        case .endpoints: "Endpoints"
        case .pods: "Pod"
        case .events: "Event"
        case .namespaces: "Namespace"
        case .leases: "Lease"
        case .configMaps: "ConfigMap"
        case .endpointSlices: "EndpointSlice"
        }
    }

    package var isNamespaced: Bool { self != .namespaces }

    /// Whether it is defined by a CustomResourceDefinition.
    var isCustom: Bool { self == .ingresses }

    /// Whether its status is written by a path of its own.
    var hasStatus: Bool { [.ingresses, .services, .pods, .namespaces].contains(self) }

    /// Whether `metadata.generation` counts the changes of what is asked for.
    var hasGeneration: Bool { [.ingresses, .endpointSlices, .pods].contains(self) }

    /// Whether a PUT makes an object that is not there.
    var createsOnUpdate: Bool { [.services, .endpoints, .leases, .events].contains(self) }

    /// Whether a PUT may leave out the resourceVersion.
    var isUpdatedUnconditionally: Bool { ![.ingresses, .leases].contains(self) }

    /// Whether a DELETE answers with the object instead of a Status.
    var returnsDeleted: Bool { [.services, .pods, .namespaces].contains(self) }

    /// The fields that field selectors may name, with their places in the object.
    var selectableFields: [String: [String]] {
        var fields = ["metadata.name": ["metadata", "name"]]
        if isNamespaced { fields["metadata.namespace"] = ["metadata", "namespace"] }
        switch self {
        case .secrets: fields["type"] = ["type"]
        case .namespaces: fields["status.phase"] = ["status", "phase"]
        case .services:
            fields["spec.clusterIP"] = ["spec", "clusterIP"]
            fields["spec.type"] = ["spec", "type"]
        case .pods:
            fields["spec.nodeName"] = ["spec", "nodeName"]
            fields["status.phase"] = ["status", "phase"]
            fields["status.podIP"] = ["status", "podIP"]
        case .events:
            for name in ["kind", "namespace", "name", "uid"] {
                fields["involvedObject.\(name)"] = ["involvedObject", name]
            }
            fields["reason"] = ["reason"]
            fields["type"] = ["type"]
        default: break
        }
        return fields
    }

    /// How messages name the kind: `EndpointSlice.discovery.k8s.io`.
    var qualifiedKind: String { group.isEmpty ? kind : "\(kind).\(group)" }

    /// How messages name the resource: `endpointslices.discovery.k8s.io`.
    var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }

    /// The path before the resource: `/api/v1` or `/apis/GROUP/VERSION`.
    package var root: String { group.isEmpty ? "/api/v1" : "/apis/\(apiVersion)" }

    /// The path of a collection, or of one object of it.
    package func path(namespace: String? = nil, name: String? = nil) -> String {
        root + (isNamespaced ? namespace.map { "/namespaces/\($0)" } ?? "" : "") + "/" + plural
            + (name.map { "/\($0)" } ?? "")
    }

    /// The resource of that group, version and plural.
    init?(group: String, version: String, plural: String) {
        guard let found = Resource(rawValue: plural), found.group == group,
            found.version == version
        else { return nil }
        self = found
    }

    /// The resource of an object, by its apiVersion and kind.
    package init?(of object: JSONValue) {
        let found = Resource.allCases.first {
            $0.apiVersion == object["apiVersion"].text && $0.kind == object["kind"].text
        }
        guard let found else { return nil }
        self = found
    }
}
