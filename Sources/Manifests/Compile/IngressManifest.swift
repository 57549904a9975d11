/// A Knative Ingress: read from a manifest, or compiled from a Route.
struct IngressManifest: Hashable, Sendable {
    var namespace: String
    var name: String
    var labels: [String: String]
    var annotations: [String: String]
    var spec: IngressSpec
    /// The tag that each host serves; hosts of the default traffic are not in it.
    var tagsByHost: [String: String]
}
