internal import Manifests

extension ClusterFile {
    /// Of an object of a collection.
    static func name(_ resource: APIResource, _ pair: NamespacedPair) -> String {
        name(resource.plural, pair.namespace, pair.name)
    }
}
