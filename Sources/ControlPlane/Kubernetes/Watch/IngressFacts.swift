/// What the API server has of one of our Ingresses, for who writes its status.
package struct IngressFacts: Hashable, Sendable {
    package var namespace: String
    package var name: String
    package var uid: String
    package var resourceVersion: String
    package var generation: Int64
    /// The object's `status` as JSON; nil where it has none.
    package var status: String?
    /// Whether it is being deleted, and waits for its finalizers.
    package var isDeleting: Bool
    /// Whether it has another ingress's finalizer, which weir never sets.
    package var isHeld: Bool

    package init(_ object: ClusterObject) {
        namespace = object.namespace
        name = object.name
        uid = object.uid
        resourceVersion = object.resourceVersion
        generation = object.generation
        status = object.status
        isDeleting = object.isDeleting
        isHeld = object.isHeld
    }
}
