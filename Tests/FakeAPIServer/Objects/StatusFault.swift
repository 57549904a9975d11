/// A refusal of the API server: what a `Status` object says, with the HTTP status.
package struct StatusFault: Error, Sendable, CustomStringConvertible {
    package var code: Int
    package var reason: String
    package var message: String
    package var details: JSONValue
    /// The seconds of `Retry-After`.
    package var retryAfter: Int?
    /// The token of a list that can be continued nevertheless.
    var continueToken: String?

    package init(
        _ code: Int, _ reason: String, _ message: String, details: JSONValue = nil,
        retryAfter: Int? = nil
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details
        self.retryAfter = retryAfter
    }

    package var description: String { "\(code) \(reason): \(message)" }

    /// The Status object.
    package var object: JSONValue {
        var details = details
        if let retryAfter { details["retryAfterSeconds"] = .integer(retryAfter) }
        var status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": .string(message), "code": .integer(code),
        ]
        if !reason.isEmpty { status["reason"] = .string(reason) }
        status["details"] = details
        if let continueToken { status["metadata"]["continue"] = .string(continueToken) }
        return status
    }
}

extension StatusFault {
    private static func details(_ resource: Resource, _ name: String) -> JSONValue {
        var details: JSONValue = ["kind": .string(resource.plural)]
        if !name.isEmpty { details["name"] = .string(name) }
        if !resource.group.isEmpty { details["group"] = .string(resource.group) }
        return details
    }

    static func badRequest(_ message: String) -> StatusFault {
        StatusFault(400, "BadRequest", message)
    }

    static let unauthorized = StatusFault(401, "Unauthorized", "Unauthorized")

    static func notFound(_ resource: Resource, _ name: String) -> StatusFault {
        StatusFault(
            404, "NotFound", "\(resource.qualifiedPlural) \"\(name)\" not found",
            details: details(resource, name))
    }

    static let noSuchPath = StatusFault(
        404, "NotFound", "the server could not find the requested resource", details: [:])

    static func alreadyExists(_ resource: Resource, _ name: String) -> StatusFault {
        StatusFault(
            409, "AlreadyExists", "\(resource.qualifiedPlural) \"\(name)\" already exists",
            details: details(resource, name))
    }

    static func conflict(
        _ resource: Resource, _ name: String,
        _ why: String = "the object has been modified; please apply your changes to the latest "
            + "version and try again"
    ) -> StatusFault {
        StatusFault(
            409, "Conflict",
            "Operation cannot be fulfilled on \(resource.qualifiedPlural) \"\(name)\": \(why)",
            details: details(resource, name))
    }

    /// An object whose fields are wrong; updates without a version name the kind by its plural.
    static func invalid(
        _ resource: Resource, _ name: String, _ faults: [FieldFault], byPlural: Bool = false
    ) -> StatusFault {
        let all = faults.map(\.message)
        let text = all.count == 1 ? all[0] : "[\(all.joined(separator: ", "))]"
        let kind = byPlural ? resource.qualifiedPlural : resource.qualifiedKind
        var details = details(resource, name)
        details["kind"] = .string(byPlural ? resource.plural : resource.kind)
        details["causes"] = .array(faults.map(\.cause))
        return StatusFault(
            422, "Invalid", "\(kind) \"\(name)\" is invalid: \(text)", details: details)
    }

    /// Options of a list or watch that do not go together.
    static func invalidOptions(_ fault: FieldFault) -> StatusFault {
        StatusFault(
            422, "Invalid", "ListOptions.meta.k8s.io \"\" is invalid: \(fault.message)",
            details: [
                "group": "meta.k8s.io", "kind": "ListOptions", "causes": [fault.cause],
            ])
    }

    static func expired(_ message: String) -> StatusFault {
        StatusFault(410, "Expired", message)
    }

    static func tooOld(_ revision: Int, oldest: Int) -> StatusFault {
        expired("too old resource version: \(revision) (\(oldest))")
    }

    static func tooLarge(_ revision: Int, current: Int) -> StatusFault {
        StatusFault(
            504, "Timeout", "Too large resource version: \(revision), current: \(current)",
            details: [
                "causes": [
                    [
                        "reason": "ResourceVersionTooLarge",
                        "message": "Too large resource version",
                    ]
                ]
            ], retryAfter: 1)
    }

    static let methodNotAllowed = StatusFault(
        405, "MethodNotAllowed", "the server does not allow this method on the requested resource",
        details: [:])

    static let notAcceptable = StatusFault(
        406, "NotAcceptable",
        "only the following media types are accepted: application/json, application/yaml, "
            + "application/vnd.kubernetes.protobuf")

    static func unsupportedType(_ accepted: String) -> StatusFault {
        StatusFault(
            415, "UnsupportedMediaType",
            "the body of the request was in an unknown format - accepted media types include: "
                + accepted)
    }

    static func tooLargeBody(_ limit: Int) -> StatusFault {
        StatusFault(
            413, "RequestEntityTooLarge", "Request entity too large: limit is \(limit)",
            details: [:])
    }

    /// What the request's user may not do.
    static func forbidden(_ request: RequestInfo, user: String) -> StatusFault {
        guard let resource = request.resource else {
            return StatusFault(
                403, "Forbidden",
                "forbidden: User \"\(user)\" cannot \(request.verb) path \"\(request.path)\"",
                details: [:])
        }
        let name = request.name.map { " \"\($0)\"" } ?? ""
        let place =
            request.namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
        return StatusFault(
            403, "Forbidden",
            "\(resource.qualifiedPlural)\(name) is forbidden: User \"\(user)\" cannot "
                + "\(request.verb) resource \"\(request.ruleResource)\" in API group "
                + "\"\(resource.group)\" \(place)",
            details: details(resource, request.name ?? ""))
    }
}
