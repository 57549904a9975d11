/// The rules for names, labels, annotations and finalizers.
enum MetadataRules {
    static func faults(
        _ resource: Resource, _ object: JSONValue, old: JSONValue?
    ) -> [FieldFault] {
        let metadata = object["metadata"]
        var faults: [FieldFault] = []
        let name = metadata["name"].text ?? ""
        // The name of an object that is there was checked when it was made.
        if old == nil, !name.isEmpty, let why = nameFault(resource, name) {
            faults.append(.invalid("metadata.name", .string(name), why))
        }
        for (key, value) in metadata["labels"].texts.sorted(by: { $0.key < $1.key }) {
            if let why = Names.qualified(key) {
                faults.append(.invalid("metadata.labels", .string(key), why))
            }
            if let why = Names.labelValue(value) {
                faults.append(.invalid("metadata.labels", .string(value), why))
            }
        }
        faults += annotationFaults(metadata["annotations"].texts)
        faults += finalizerFaults(resource, metadata["finalizers"], old: old)
        faults += ownerFaults(metadata["ownerReferences"])
        return faults
    }

    private static func nameFault(_ resource: Resource, _ name: String) -> String? {
        switch resource {
        case .services: Names.strictLabel(name)
        case .namespaces: Names.label(name)
        default: Names.subdomain(name)
        }
    }

    private static func annotationFaults(_ annotations: [String: String]) -> [FieldFault] {
        var faults: [FieldFault] = []
        for key in annotations.keys.sorted() {
            if let why = Names.qualified(key.lowercased()) {
                faults.append(.invalid("metadata.annotations", .string(key), why))
            }
        }
        let size = annotations.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        if size > 256 << 10 {
            faults.append(
                FieldFault(
                    .tooLong, "metadata.annotations", nil, "may not be more than 262144 bytes"))
        }
        return faults
    }

    private static func finalizerFaults(
        _ resource: Resource, _ finalizers: JSONValue, old: JSONValue?
    ) -> [FieldFault] {
        var faults: [FieldFault] = []
        for item in finalizers.items {
            if let why = Names.qualified(item.text ?? "") {
                faults.append(.invalid("metadata.finalizers", item, why))
            }
        }
        guard let old, !old["metadata"]["deletionTimestamp"].isNull else { return faults }
        let known = old["metadata"]["finalizers"].items
        let new = finalizers.items.filter { !known.contains($0) }
        if !new.isEmpty {
            let list = new.map(\.description).joined(separator: ", ")
            faults.append(
                .forbidden(
                    "metadata.finalizers",
                    "no new finalizers can be added if the object is being deleted, found new "
                        + "finalizers []string{\(list)}"))
        }
        return faults
    }

    private static func ownerFaults(_ owners: JSONValue) -> [FieldFault] {
        var faults: [FieldFault] = []
        for (index, owner) in owners.items.enumerated() {
            for key in ["apiVersion", "kind", "name", "uid"]
            where (owner[key].text ?? "").isEmpty {
                faults.append(
                    .invalid(
                        "metadata.ownerReferences[\(index)].\(key)", "", "must not be empty"))
            }
        }
        if owners.items.filter({ $0["controller"].bool == true }).count > 1 {
            faults.append(
                .invalid(
                    "metadata.ownerReferences", owners,
                    "Only one reference can have Controller set to true"))
        }
        return faults
    }
}
