/// What is watched: a resource, perhaps of one namespace, perhaps selected.
package struct WatchScope: Hashable, Sendable {
    package var resource: APIResource
    /// Nil for all namespaces.
    package var namespace: String?
    package var labelSelector: String?
    package var fieldSelector: String?

    package init(
        _ resource: APIResource, namespace: String? = nil, labelSelector: String? = nil,
        fieldSelector: String? = nil
    ) {
        self.resource = resource
        self.namespace = namespace
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
    }

    /// One object by its name.
    package init(_ resource: APIResource, only pair: NamespacedPair) {
        self.init(
            resource, namespace: pair.namespace, fieldSelector: "metadata.name=\(pair.name)")
    }

    /// For people: `secrets in shop (metadata.name=tls)`.
    package var text: String {
        let selectors = [labelSelector, fieldSelector].compactMap(\.self)
        return resource.name + (namespace.map { " in \($0)" } ?? "")
            + (selectors.isEmpty ? "" : " (\(selectors.joined(separator: ", ")))")
    }
}
