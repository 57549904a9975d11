/// The names under which objects of a cluster are loaded: one object, one file.
package enum ClusterFile {
    /// Of an object by its collection's name: `cluster/ingresses/default/hello`.
    package static func name(_ plural: String, _ namespace: String, _ name: String) -> String {
        "cluster/\(plural)/\(namespace)/\(name)"
    }
}
