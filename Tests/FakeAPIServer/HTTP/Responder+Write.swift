import NIOCore

extension Responder {
    /// Creates, updates and patches.
    func write(_ resource: Resource, _ request: RequestInfo, _ body: ByteBuffer) throws -> Reply {
        let type = request.field("Content-Type")
        if request.verb == "patch" {
            try MediaType.checkPatch(type, resource)
        } else {
            try MediaType.checkBody(type)
        }
        let object = try decode(body)
        let writer = try writer(request)
        let (namespace, name) = (request.objectNamespace, request.name ?? "")
        let written: Written
        switch request.verb {
        case "create":
            try checkKind(resource, object)
            written = try store.create(resource, namespace, object, by: writer)
        case "update":
            try checkKind(resource, object)
            written = try store.update(resource, namespace, name, object, by: writer)
        default:
            guard case .object = object else {
                throw StatusFault.badRequest(
                    "json: cannot unmarshal \(object.typeName) into Go value of type "
                        + "map[string]interface {}")
            }
            written = try store.patch(resource, namespace, name, object, by: writer)
        }
        let isWarned = (request.query["fieldValidation"] ?? "Warn") == "Warn"
        return .json(
            written.isNew ? 201 : 200, written.object.bytes,
            warnings: isWarned ? written.unknown : [])
    }

    /// Deletes one object; the body may carry preconditions.
    func delete(_ resource: Resource, _ request: RequestInfo, _ body: ByteBuffer) throws -> Reply {
        var preconditions: JSONValue = nil
        if body.readableBytes > 0 {
            try MediaType.checkBody(request.field("Content-Type"))
            preconditions = try decode(body)["preconditions"]
        }
        let deleted = try store.delete(
            resource, request.objectNamespace, request.name ?? "", preconditions: preconditions,
            by: writer(request))
        let object = deleted.object
        if !deleted.isGone || resource.returnsDeleted { return .json(200, object.bytes) }
        var details: JSONValue = [
            "name": .string(object.name), "kind": .string(resource.plural),
            "uid": object.value["metadata"]["uid"],
        ]
        if !resource.group.isEmpty { details["group"] = .string(resource.group) }
        return .json(
            200,
            [
                "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
                "details": details,
            ])
    }

    /// Deletes what a list would show.
    func deleteAll(_ resource: Resource, _ request: RequestInfo) throws -> Reply {
        let found = store.all(resource, try request.selection(resource)).objects
        let writer = try writer(request)
        var deleted: [JSONValue] = []
        for object in found {
            let gone = try? store.delete(
                resource, request.objectNamespace, object.name, by: writer)
            if let gone { deleted.append(gone.object.value) }
        }
        return .json(
            200,
            [
                "kind": .string("\(resource.kind)List"), "apiVersion": .string(resource.apiVersion),
                "metadata": ["resourceVersion": .string("\(store.revision)")],
                "items": .array(deleted),
            ])
    }

    private func decode(_ body: ByteBuffer) throws -> JSONValue {
        do {
            return try JSONReader.read(Array(body.readableBytesView))
        } catch {
            throw StatusFault.badRequest(
                "couldn't get version/kind; json parse error: \(error.description)")
        }
    }

    /// Checks that the body is of the path's kind; typed kinds may leave it out.
    private func checkKind(_ resource: Resource, _ object: JSONValue) throws {
        guard case .object = object else {
            throw StatusFault.badRequest(
                "couldn't get version/kind; json parse error: json: cannot unmarshal "
                    + "\(object.typeName) into Go value of type struct")
        }
        let (kind, version) = (object["kind"].text ?? "", object["apiVersion"].text ?? "")
        if resource.isCustom && (kind.isEmpty || version.isEmpty) {
            let missing = kind.isEmpty ? "Kind" : "apiVersion"
            throw StatusFault.badRequest(
                "the object provided is unrecognized (must be of type \(resource.kind)): Object "
                    + "'\(missing)' is missing in '\(object)'")
        }
        if !version.isEmpty && version != resource.apiVersion {
            throw StatusFault.badRequest(
                "the API version in the data (\(version)) does not match the expected API version "
                    + "(\(resource.apiVersion))")
        }
        if !kind.isEmpty && kind != resource.kind {
            throw StatusFault.badRequest(
                "\(kind) in version \"\(resource.version)\" cannot be handled as a "
                    + "\(resource.kind): converting to \(resource.kind) failed")
        }
    }

    private func writer(_ request: RequestInfo) throws -> Writer {
        let query = request.query
        var writer = Writer(manager: query["fieldManager"] ?? "")
        if writer.manager.isEmpty {
            writer.manager = String(request.userAgent.prefix { $0 != "/" }.prefix(128))
        }
        if writer.manager.isEmpty { writer.manager = "unknown" }
        writer.subresource = request.subresource
        if let dryRun = query["dryRun"], !dryRun.isEmpty {
            guard dryRun == "All" else {
                throw StatusFault.badRequest(
                    "invalid dryRun: Unsupported value: \"\(dryRun)\": supported values: \"All\"")
            }
            writer.isDryRun = true
        }
        let validation = query["fieldValidation"] ?? ""
        guard ["", "Ignore", "Warn", "Strict"].contains(validation) else {
            throw StatusFault.badRequest(
                "invalid fieldValidation: Unsupported value: \"\(validation)\"")
        }
        writer.isStrict = validation == "Strict"
        return writer
    }
}
