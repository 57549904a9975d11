/// Which requests a fault is for; what is nil stands for any.
package struct RequestFilter: Sendable {
    package var verbs: Set<String>?
    package var resource: Resource?
    package var subresource: String?
    package var namespace: String?
    package var name: String?
    package var user: String?
    /// A part of the User-Agent.
    package var userAgent: String?
    /// Whether a list asks for a further page.
    package var isContinued: Bool?

    package init(
        verbs: Set<String>? = nil, resource: Resource? = nil, subresource: String? = nil,
        namespace: String? = nil, name: String? = nil, user: String? = nil,
        userAgent: String? = nil, isContinued: Bool? = nil
    ) {
        self.verbs = verbs
        self.resource = resource
        self.subresource = subresource
        self.namespace = namespace
        self.name = name
        self.user = user
        self.userAgent = userAgent
        self.isContinued = isContinued
    }

    /// Every request.
    package static let all = RequestFilter()

    func matches(_ request: RequestInfo, user: String) -> Bool {
        (verbs?.contains(request.verb) ?? true) && fits(resource, request.resource)
            && fits(subresource, request.subresource) && fits(namespace, request.namespace)
            && fits(name, request.name) && fits(self.user, user)
            && (userAgent.map(request.userAgent.contains) ?? true)
            && fits(isContinued, request.query["continue"] != nil)
    }

    private func fits<Value: Equatable>(_ wanted: Value?, _ found: Value?) -> Bool {
        wanted == nil || wanted == found
    }
}
