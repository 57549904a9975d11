import TestSupport

extension FakeAPIServer {
    private static let writer = Writer(manager: "test")

    private func resource(of object: JSONValue) throws -> Resource {
        guard let resource = Resource(of: object) else {
            throw TestFault("no kind of the fake: \(object)")
        }
        return resource
    }

    /// The namespace of an object, `default` where it says none; it is made when it is not there.
    private func place(_ resource: Resource, _ object: JSONValue) throws -> String? {
        guard resource.isNamespaced else { return nil }
        let namespace = object["metadata"]["namespace"].text ?? "default"
        if core.store.get(.namespaces, nil, namespace) == nil {
            _ = try? core.store.create(
                .namespaces, nil, ["metadata": ["name": .string(namespace)]], by: Self.writer)
        }
        return namespace
    }

    /// Makes an object as a client would, then writes its status where it has one.
    @discardableResult
    package func create(_ object: JSONValue) throws -> JSONValue {
        let resource = try resource(of: object)
        let namespace = try place(resource, object)
        let made = try core.store.create(resource, namespace, object, by: Self.writer)
        guard resource.hasStatus, !object["status"].isNull else { return made.object.value }
        return try writeStatus(resource, namespace, made.object.name, object["status"])
    }

    /// Makes an object given as JSON text.
    @discardableResult
    package func create(json: String) throws -> JSONValue { try create(JSONValue(text: json)) }

    /// Makes all objects of a YAML text.
    package func create(yaml: String) throws {
        for object in try JSONValue.documents(yaml: yaml) { try create(object) }
    }

    /// Puts an object in the place of the one of that name.
    @discardableResult
    package func update(_ object: JSONValue) throws -> JSONValue {
        let resource = try resource(of: object)
        return try core.store.update(
            resource, place(resource, object), object["metadata"]["name"].text ?? "", object,
            by: Self.writer
        ).object.value
    }

    /// Reads an object, changes it and puts it back, again when somebody else was faster.
    @discardableResult
    package func modify(
        _ resource: Resource, _ namespace: String?, _ name: String,
        _ change: (inout JSONValue) -> Void
    ) throws -> JSONValue {
        while true {
            guard var object = get(resource, namespace, name) else {
                throw StatusFault.notFound(resource, name)
            }
            change(&object)
            do {
                return try update(object)
            } catch let fault as StatusFault where fault.reason == "Conflict" {
                continue
            }
        }
    }

    /// Changes an object by a merge patch.
    @discardableResult
    package func patch(
        _ resource: Resource, _ namespace: String?, _ name: String, _ patch: JSONValue
    ) throws -> JSONValue {
        try core.store.patch(resource, namespace, name, patch, by: Self.writer).object.value
    }

    /// Writes an object's status.
    @discardableResult
    package func writeStatus(
        _ resource: Resource, _ namespace: String?, _ name: String, _ status: JSONValue
    ) throws -> JSONValue {
        guard var object = get(resource, namespace, name) else {
            throw StatusFault.notFound(resource, name)
        }
        object["status"] = status
        var writer = Self.writer
        writer.subresource = "status"
        object["metadata"]["resourceVersion"] =
            resource.isUpdatedUnconditionally
            ? nil
            : object["metadata"]["resourceVersion"]
        return try core.store.update(resource, namespace, name, object, by: writer).object.value
    }

    /// An object as it stands; nil when there is none.
    package func get(_ resource: Resource, _ namespace: String?, _ name: String) -> JSONValue? {
        core.store.get(resource, namespace, name)?.value
    }

    /// All objects of a kind, or those of one namespace.
    package func list(_ resource: Resource, _ namespace: String? = nil) -> [JSONValue] {
        core.store.all(resource, Selection(namespace: namespace)).objects.map(\.value)
    }

    /// Deletes an object, or marks it while finalizers stand.
    package func delete(_ resource: Resource, _ namespace: String?, _ name: String) throws {
        _ = try core.store.delete(resource, namespace, name, by: Self.writer)
    }

    /// Waits until an object is as expected; nil is passed while there is none.
    @discardableResult
    package func waitUntil(
        _ resource: Resource, _ namespace: String?, _ name: String,
        within limit: Duration = .seconds(10), _ condition: (JSONValue?) -> Bool
    ) throws -> JSONValue? {
        do {
            return try eventually("\(resource.kind) \(name)", within: limit) { () -> JSONValue?? in
                let object = get(resource, namespace, name)
                return condition(object) ? .some(object) : nil
            }
        } catch {
            let object = get(resource, namespace, name)?.description ?? "not there"
            throw TestFault("\(error); it is \(object)")
        }
    }
}
