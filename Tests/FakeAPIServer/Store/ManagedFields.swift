/// Which field was written by whom, as `metadata.managedFields` tells it.
///
/// Lists are owned as a whole; the real server tells the items of some of them apart.
enum ManagedFields {
    private static let ownMetadata: Set = [
        "name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp",
        "deletionTimestamp", "deletionGracePeriodSeconds", "managedFields", "selfLink",
        "generateName",
    ]

    /// The entries after a write.
    static func recorded(
        _ resource: Resource, _ object: JSONValue, old: JSONValue?, by writer: Writer
    ) -> JSONValue {
        let new = owned(object)
        let before = owned(old ?? [:])
        let written = changed(new, since: before)
        let removed = changed(before, since: new, onlyAbsent: true)
        var entries: [JSONValue] = []
        var isKnown = false
        for var entry in (old ?? [:])["metadata"]["managedFields"].items {
            let isOwn =
                entry["manager"].text == writer.manager
                && (entry["subresource"].text ?? "") == writer.subresource
            var fields = without(entry["fieldsV1"], removed)
            if isOwn {
                isKnown = true
                fields = union(fields, written)
                entry["time"] = .string(Timestamp.now())
            } else {
                fields = without(fields, written)
            }
            entry["fieldsV1"] = fields
            if !fields.fields.isEmpty { entries.append(entry) }
        }
        if !isKnown && !written.fields.isEmpty {
            var entry: JSONValue = [
                "manager": .string(writer.manager), "operation": "Update",
                "apiVersion": .string(resource.apiVersion), "time": .string(Timestamp.now()),
                "fieldsType": "FieldsV1", "fieldsV1": written,
            ]
            if !writer.subresource.isEmpty { entry["subresource"] = .string(writer.subresource) }
            entries.append(entry)
        }
        return entries.isEmpty ? nil : .array(entries)
    }

    /// The object without what nobody owns.
    private static func owned(_ object: JSONValue) -> JSONValue {
        var fields = object.fields
        fields["apiVersion"] = nil
        fields["kind"] = nil
        let metadata = (fields["metadata"] ?? [:]).fields.filter { !ownMetadata.contains($0.key) }
        fields["metadata"] = JSONValue.object(metadata)
        return .object(fields)
    }

    /// The tree of fields that are not as they were, or that were not there at all.
    private static func changed(
        _ new: JSONValue, since old: JSONValue, onlyAbsent: Bool = false
    ) -> JSONValue {
        var tree: [String: JSONValue] = [:]
        for (key, value) in new.fields {
            let before = old[key]
            if value == before { continue }
            if case .object(let fields) = value, !fields.isEmpty {
                let inside = changed(value, since: before, onlyAbsent: onlyAbsent)
                if !inside.fields.isEmpty { tree["f:\(key)"] = inside }
            } else if !onlyAbsent || before.isNull {
                tree["f:\(key)"] = [:]
            }
        }
        return .object(tree)
    }

    private static func union(_ one: JSONValue, _ other: JSONValue) -> JSONValue {
        .object(one.fields.merging(other.fields) { union($0, $1) })
    }

    private static func without(_ tree: JSONValue, _ gone: JSONValue) -> JSONValue {
        var kept: [String: JSONValue] = [:]
        for (key, inside) in tree.fields {
            guard let taken = gone.fields[key] else {
                kept[key] = inside
                continue
            }
            // A leaf that is taken is gone; of a branch what is left stays.
            if inside.fields.isEmpty || taken.fields.isEmpty { continue }
            let left = without(inside, taken)
            if !left.fields.isEmpty { kept[key] = left }
        }
        return .object(kept)
    }
}
