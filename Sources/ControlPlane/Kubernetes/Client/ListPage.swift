/// A page of a list.
struct ListPage: Sendable {
    var objects: [ClusterObject] = []
    /// The version to watch from.
    var resourceVersion = ""
    /// Leads to the next page; nil on the last one.
    var next: String?
}
