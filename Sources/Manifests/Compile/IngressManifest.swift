/// A Knative Ingress: read from a manifest, or compiled from a Route or a DomainMapping.
package struct IngressManifest: Hashable, Sendable {
    package var namespace: String
    package var name: String
    /// Of the Route that it was compiled from, where one is named, for metrics and logs.
    var routeName: String
    package var labels: [String: String]
    package var annotations: [String: String]
    var spec: IngressSpec
    /// The tag that each host serves; hosts of the default traffic are not in it.
    var tagsByHost: [String: String] = [:]
    var choices = GatewayChoices()
    /// The whole of the traffic to one revision, by its name: what rules may choose.
    var revisionSplits: [String: IngressSplit] = [:]

    /// The specification as Go writes it, which is what is hashed.
    package var specification: String { IngressHash.json(spec) }
}
