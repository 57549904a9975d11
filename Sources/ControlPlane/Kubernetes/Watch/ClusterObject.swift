/// One object as the API server has it; shows its name only, as it may be a Secret.
package struct ClusterObject: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    package var resource: APIResource
    package var namespace: String
    package var name: String
    package var uid: String
    package var resourceVersion: String
    /// 0 for kinds that count none.
    package var generation: Int64
    /// The whole object as JSON, with `apiVersion` and `kind`, without `metadata.managedFields`.
    package var text: String
    /// The object's `status` as JSON; nil where it has none.
    package var status: String?
    /// Whether it is being deleted, and waits for its finalizers.
    package var isDeleting = false
    /// Whether it is an Ingress with another ingress's finalizer, which weir never sets.
    package var isHeld = false
    /// The annotation that says whose Ingress it is; nil without one.
    package var ingressClass: String?
    /// Whether it is labelled as a bundle of authorities to trust.
    package var isTrustBundle = false
    /// Equal for two versions that differ in `status`, `resourceVersion` and `managedFields` only;
    /// holds in this process.
    package var digest = 0

    package var pair: NamespacedPair { NamespacedPair(namespace, name) }

    package var description: String { "\(resource.name) \(pair) at \(resourceVersion)" }

    package var customMirror: Mirror { Mirror(self, children: [:]) }

    package init(
        resource: APIResource, namespace: String, name: String, uid: String,
        resourceVersion: String, generation: Int64, text: String
    ) {
        self.resource = resource
        self.namespace = namespace
        self.name = name
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.generation = generation
        self.text = text
    }
}
