import Foundation

/// What a write makes of an object: the server's own metadata, defaults, checks, ownership.
struct WriteRules {
    var rules: ObjectRules

    /// Checks that the object's own name and namespace are those of the path, and sets them.
    func checkPlace(
        _ resource: Resource, _ namespace: String?, _ name: String?, _ object: inout JSONValue
    ) throws {
        let said = object["metadata"]["namespace"].text ?? ""
        if resource.isNamespaced {
            if !said.isEmpty && said != namespace {
                throw StatusFault.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the "
                        + "request")
            }
            object["metadata"]["namespace"] = namespace.map { .string($0) } ?? nil
        } else {
            object["metadata"]["namespace"] = nil
        }
        guard let name else { return }
        let own = object["metadata"]["name"].text ?? ""
        if own != name {
            throw StatusFault.badRequest(
                own.isEmpty
                    ? "name must be provided"
                    : "the name of the object (\(own)) does not match the name on the URL (\(name))"
            )
        }
    }

    /// Checks the preconditions of a delete.
    func check(_ preconditions: JSONValue, of object: StoredObject) throws {
        let metadata = object.value["metadata"]
        for (key, word) in [("uid", "UID"), ("resourceVersion", "ResourceVersion")] {
            guard let wanted = preconditions[key].text, wanted != metadata[key].text else {
                continue
            }
            throw StatusFault.conflict(
                object.resource, object.name,
                "Precondition failed: \(word) in precondition: \(wanted), \(word) in object meta: "
                    + (metadata[key].text ?? ""))
        }
    }

    /// A new object.
    func made(
        _ resource: Resource, _ object: JSONValue, by writer: Writer, at revision: Int
    ) throws -> StoredObject {
        var object = object
        var metadata = object["metadata"]
        if !(metadata["resourceVersion"].text ?? "").isEmpty {
            throw StatusFault(500, "", "resourceVersion should not be set on objects to be created")
        }
        if (metadata["name"].text ?? "").isEmpty {
            guard let prefix = metadata["generateName"].text, !prefix.isEmpty else {
                throw StatusFault.invalid(
                    resource, "",
                    [.required("metadata.name", "name or generateName is required")])
            }
            metadata["name"] = .string(prefix + Self.randomSuffix())
        }
        for key in ["selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields"]
        {
            metadata[key] = nil
        }
        metadata["uid"] = .string(UUID().uuidString.lowercased())
        metadata["creationTimestamp"] = .string(Timestamp.now())
        metadata["generation"] = resource.hasGeneration ? 1 : nil
        object["metadata"] = metadata
        object["apiVersion"] = .string(resource.apiVersion)
        object["kind"] = .string(resource.kind)
        if resource.hasStatus { object["status"] = nil }
        rules.setDefaults(resource, &object, old: nil)
        try check(resource, object, old: nil)
        return store(resource, object, old: nil, by: writer, at: revision)
    }

    /// The object that takes the place of an old one; nil when nothing changes.
    func replaced(
        _ old: StoredObject, with object: JSONValue, by writer: Writer, at revision: Int
    ) throws -> StoredObject? {
        let resource = old.resource
        let known = old.value["metadata"]
        let given = object["metadata"]
        if let version = given["resourceVersion"].text, !version.isEmpty, version != "0",
            version != known["resourceVersion"].text
        {
            throw StatusFault.conflict(resource, old.name)
        }
        if let uid = given["uid"].text, !uid.isEmpty, uid != known["uid"].text {
            throw StatusFault.conflict(
                resource, old.name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: "
                    + (known["uid"].text ?? ""))
        }
        var new: JSONValue
        if writer.subresource == "status" {
            new = old.value
            new["status"] = object["status"]
        } else {
            new = object
            if resource.hasStatus { new["status"] = old.value["status"] }
            for key in [
                "uid", "creationTimestamp", "generation", "deletionTimestamp", "managedFields",
                "deletionGracePeriodSeconds", "selfLink", "resourceVersion",
            ] {
                new["metadata"][key] = known[key]
            }
            new["apiVersion"] = .string(resource.apiVersion)
            new["kind"] = .string(resource.kind)
            rules.setDefaults(resource, &new, old: old.value)
        }
        try check(resource, new, old: old.value)
        if new == old.value { return nil }
        if resource.hasGeneration && isMoreThanMetadata(new, old) {
            new["metadata"]["generation"] = .integer((known["generation"].int ?? 0) + 1)
        }
        return store(resource, new, old: old.value, by: writer, at: revision)
    }

    /// The object with its deletion begun.
    func marked(_ old: StoredObject, at revision: Int) -> StoredObject {
        var object = old.value
        object["metadata"]["deletionTimestamp"] = .string(Timestamp.now())
        object["metadata"]["deletionGracePeriodSeconds"] = 0
        if let generation = object["metadata"]["generation"].int {
            object["metadata"]["generation"] = .integer(generation + 1)
        }
        object["metadata"]["resourceVersion"] = .string("\(revision)")
        return StoredObject(old.resource, object)
    }

    private func check(_ resource: Resource, _ object: JSONValue, old: JSONValue?) throws {
        let faults = rules.faults(resource, object, old: old)
        if faults.isEmpty { return }
        throw StatusFault.invalid(resource, object["metadata"]["name"].text ?? "", faults)
    }

    /// Whether anything besides metadata and status changed; of an EndpointSlice labels count, too.
    private func isMoreThanMetadata(_ new: JSONValue, _ old: StoredObject) -> Bool {
        func wanted(_ object: JSONValue) -> JSONValue {
            var object = object
            let labels = object["metadata"]["labels"]
            object["metadata"] = old.resource == .endpointSlices ? labels : nil
            if old.resource.hasStatus { object["status"] = nil }
            return object
        }
        return wanted(new) != wanted(old.value)
    }

    private func store(
        _ resource: Resource, _ object: JSONValue, old: JSONValue?, by writer: Writer,
        at revision: Int
    ) -> StoredObject {
        var object = object
        object["metadata"]["managedFields"] = ManagedFields.recorded(
            resource, object, old: old, by: writer)
        object["metadata"]["resourceVersion"] = .string("\(revision)")
        return StoredObject(resource, object)
    }

    private static func randomSuffix() -> String {
        let letters = Array("bcdfghjklmnpqrstvwxz2456789")
        return String((0..<5).compactMap { _ in letters.randomElement() })
    }
}
