package import Bytes

/// What a series' number stands for, as people see it.
package struct SeriesLabels: Sendable, Hashable {
    package let id: Handle
    package let namespace: String
    package let route: String
    package let revision: String
    /// Empty for traffic that named no tag.
    package let tag: String

    package init(id: Handle, namespace: String, route: String, revision: String, tag: String) {
        self.id = id
        self.namespace = namespace
        self.route = route
        self.revision = revision
        self.tag = tag
    }

    /// What no route took.
    package static let unrouted = SeriesLabels(
        id: .none, namespace: "", route: "", revision: "", tag: "")
}
