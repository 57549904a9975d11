/// Somebody who may ask the server.
package struct User: Sendable {
    package var name: String
    /// The bearer token; nil for one who comes with a client certificate.
    package var token: String?
    /// What is allowed; nil allows everything.
    package var rules: [AccessRule]?

    package init(_ name: String, token: String? = nil, rules: [AccessRule]? = nil) {
        self.name = name
        self.token = token
        self.rules = rules
    }
}
