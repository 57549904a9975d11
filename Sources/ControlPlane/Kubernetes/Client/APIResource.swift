/// A collection of the Kubernetes API.
package struct APIResource: Hashable, Sendable {
    /// Empty for the core group.
    package var group: String
    package var version: String
    /// As it stands in a path, in lower case.
    package var plural: String
    package var kind: String

    package init(group: String, version: String, plural: String, kind: String) {
        self.group = group
        self.version = version
        self.plural = plural
        self.kind = kind
    }

    package static let ingresses = APIResource(
        group: "networking.internal.knative.dev", version: "v1alpha1", plural: "ingresses",
        kind: "Ingress")
    package static let services = core("services", "Service")
    package static let endpointSlices = APIResource(
        group: "discovery.k8s.io", version: "v1", plural: "endpointslices", kind: "EndpointSlice")
    package static let endpoints = core("endpoints", "Endpoints")
    package static let secrets = core("secrets", "Secret")
    package static let configMaps = core("configmaps", "ConfigMap")
    package static let leases = APIResource(
        group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease")

    private static func core(_ plural: String, _ kind: String) -> APIResource {
        APIResource(group: "", version: "v1", plural: plural, kind: kind)
    }

    /// What stands in an object's `apiVersion`.
    package var apiVersion: String { group.isEmpty ? version : group + "/" + version }

    /// As people and roles write it: `services`, `ingresses.networking.internal.knative.dev`.
    package var name: String { group.isEmpty ? plural : plural + "." + group }
}
