/// How objects of a cluster are named among files of manifests.
enum ClusterFile {
    /// Such as `cluster/ingresses/shop/cart`.
    static func name(_ resource: APIResource, _ pair: NamespacedPair) -> String {
        "cluster/\(resource.plural)/\(pair.namespace)/\(pair.name)"
    }
}
