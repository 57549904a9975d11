/// One request that reached the server.
package struct RequestRecord: Sendable {
    package let id: Int
    package let time: ContinuousClock.Instant
    package let method: String
    package let path: String
    package let verb: String
    /// Nil for paths that are no resource's.
    package let resource: Resource?
    package let subresource: String
    package let namespace: String?
    /// The name in the path, or the only one that a field selector names.
    package let name: String?
    package let labelSelector: String
    package let fieldSelector: String
    package let resourceVersion: String
    /// All parameters of the query.
    package let query: [String: String]
    package let userAgent: String
    package let contentType: String
    /// The body of a write.
    package let body: String
    /// Who asked; empty for somebody unknown.
    package internal(set) var user: String
    /// The HTTP status of the answer; nil while there is none.
    package internal(set) var status: Int?

    init(id: Int, _ request: RequestInfo, body: String) {
        self.id = id
        time = .now
        method = request.method
        path = request.path
        verb = request.verb
        resource = request.resource
        subresource = request.subresource
        namespace = request.namespace
        name = request.name
        labelSelector = request.query["labelSelector"] ?? ""
        fieldSelector = request.query["fieldSelector"] ?? ""
        resourceVersion = request.query["resourceVersion"] ?? ""
        query = request.query
        userAgent = request.userAgent
        contentType = request.field("Content-Type")
        self.body = body
        user = ""
    }

    /// The body as JSON, null where it is none.
    package var object: JSONValue { (try? JSONValue(text: body)) ?? nil }
}
