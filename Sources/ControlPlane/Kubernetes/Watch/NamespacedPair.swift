/// The namespace and the name of an object.
package struct NamespacedPair: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var namespace: String
    package var name: String

    package init(_ namespace: String, _ name: String) {
        self.namespace = namespace
        self.name = name
    }

    package var description: String { namespace + "/" + name }

    /// By namespace, then by name.
    package static func < (one: Self, other: Self) -> Bool {
        (one.namespace, one.name) < (other.namespace, other.name)
    }
}
