import NIOCore

/// Answers requests from the store.
struct Responder: Sendable {
    var store: Store
    var version: String

    /// The answer to a request that may be made; `staleRevision` is a fault's.
    func reply(
        to request: RequestInfo, body: ByteBuffer, staleRevision: Int?
    ) throws -> Reply {
        guard let resource = request.resource else { return try discover(request) }
        guard MediaType.accepts(request.field("Accept")) else { throw StatusFault.notAcceptable }
        try checkPath(resource, request)
        switch request.verb {
        case "get": return try get(resource, request)
        case "list": return try list(resource, request, staleRevision)
        case "watch": return .watch(try watchPlan(resource, request))
        case "create", "update", "patch": return try write(resource, request, body)
        case "delete": return try delete(resource, request, body)
        case "deletecollection": return try deleteAll(resource, request)
        default: throw StatusFault.methodNotAllowed
        }
    }

    private func checkPath(_ resource: Resource, _ request: RequestInfo) throws {
        let (verb, part) = (request.verb, request.subresource)
        if !part.isEmpty {
            guard part == "status", resource.hasStatus else { throw StatusFault.noSuchPath }
            guard ["get", "update", "patch"].contains(verb) else {
                throw StatusFault.methodNotAllowed
            }
        }
        let isNamed = ["get", "update", "patch", "delete"].contains(verb)
        if isNamed && request.name == nil { throw StatusFault.methodNotAllowed }
        if verb == "create" && request.name != nil { throw StatusFault.methodNotAllowed }
        // Across all namespaces objects are read only.
        if resource.isNamespaced, request.namespace == nil, !["list", "watch"].contains(verb) {
            throw request.name == nil ? StatusFault.methodNotAllowed : StatusFault.noSuchPath
        }
    }

    private func get(_ resource: Resource, _ request: RequestInfo) throws -> Reply {
        let name = request.name ?? ""
        guard let object = store.get(resource, request.objectNamespace, name) else {
            throw StatusFault.notFound(resource, name)
        }
        return .json(200, object.bytes)
    }

    private func list(
        _ resource: Resource, _ request: RequestInfo, _ staleRevision: Int?
    ) throws -> Reply {
        let limit = request.query["limit"] ?? ""
        guard let limit = limit.isEmpty ? 0 : Int(limit), limit >= 0 else {
            throw StatusFault.badRequest(
                "strconv.ParseInt: parsing \"\(limit)\": invalid syntax")
        }
        let page = try store.list(
            resource,
            ListQuery(
                selection: try request.selection(resource), limit: limit,
                continueToken: request.query["continue"] ?? "",
                resourceVersion: request.query["resourceVersion"] ?? "",
                match: request.query["resourceVersionMatch"] ?? "", staleRevision: staleRevision))
        return .json(200, encode(resource, page))
    }

    private func encode(_ resource: Resource, _ page: ListPage) -> ByteBuffer {
        var metadata: JSONValue = ["resourceVersion": .string("\(page.revision)")]
        if !page.continueToken.isEmpty || resource.isCustom {
            metadata["continue"] = .string(page.continueToken)
        }
        if let remaining = page.remaining { metadata["remainingItemCount"] = .integer(remaining) }
        let size = page.objects.reduce(256) { $0 + $1.item.readableBytes + 1 }
        var buffer = ByteBufferAllocator().buffer(capacity: size)
        buffer.writeString(
            "{\"kind\":\"\(resource.kind)List\",\"apiVersion\":\"\(resource.apiVersion)\","
                + "\"metadata\":\(metadata),\"items\":[")
        for (index, object) in page.objects.enumerated() {
            if index > 0 { buffer.writeString(",") }
            buffer.writeImmutableBuffer(object.item)
        }
        buffer.writeString("]}\n")
        return buffer
    }

    private func watchPlan(_ resource: Resource, _ request: RequestInfo) throws -> WatchPlan {
        let version = request.query["resourceVersion"] ?? ""
        guard let revision = version.isEmpty ? 0 : Int(version), revision >= 0 else {
            throw StatusFault.badRequest(
                "invalid resource version: Invalid value: \"\(version)\": strconv.ParseUint: "
                    + "parsing \"\(version)\": invalid syntax")
        }
        var plan = WatchPlan(
            request: request, resource: resource, selection: try request.selection(resource))
        plan.takesBookmarks = request.flag("allowWatchBookmarks")
        plan.timeout = request.query["timeoutSeconds"].flatMap(Int.init)
        let match = request.query["resourceVersionMatch"] ?? ""
        if request.query["sendInitialEvents"] != nil {
            guard match == "NotOlderThan" else {
                throw StatusFault.invalidOptions(
                    .forbidden(
                        "resourceVersionMatch",
                        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"))
            }
            let isSent = request.flag("sendInitialEvents")
            plan.after = isSent ? nil : version.isEmpty ? store.revision : revision
            plan.marksInitialEnd = isSent && plan.takesBookmarks
        } else {
            if !match.isEmpty {
                throw StatusFault.invalidOptions(
                    .forbidden(
                        "resourceVersionMatch",
                        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is "
                            + "provided"))
            }
            plan.after = revision == 0 ? nil : revision
        }
        return plan
    }
}
