/// What a list or watch asks for: a namespace, labels and fields.
struct Selection: Sendable {
    var namespace: String?
    var labels: LabelSelector?
    var fields: [FieldCondition] = []

    /// A field that must, or must not, have a value.
    struct FieldCondition: Sendable {
        var path: [String]
        var value: String
        var isEqual: Bool
    }

    func matches(_ object: StoredObject) -> Bool {
        if let namespace, namespace != object.namespace { return false }
        if let labels, !labels.matches(object.labels) { return false }
        return fields.allSatisfy {
            ((object.value.at($0.path).text ?? "") == $0.value) == $0.isEqual
        }
    }

    /// Whether everything in the namespace is asked for.
    var isEverything: Bool { labels == nil && fields.isEmpty }

    /// The one name that is asked for, where a field selector says so.
    var name: String? {
        fields.first { $0.path == ["metadata", "name"] && $0.isEqual }?.value
    }

    /// Reads a field selector: terms of `=`, `==` and `!=`, joined by commas.
    static func fields(_ text: String, of resource: Resource) throws -> [FieldCondition] {
        try text.split(separator: ",").map { term in
            guard let sign = term.firstRange(of: #/!=|==|=/#) else {
                throw StatusFault.badRequest(
                    "invalid selector: '\(text)'; can't understand '\(term)'")
            }
            let name = String(term[..<sign.lowerBound])
            guard let path = resource.selectableFields[name] else {
                throw StatusFault.badRequest(
                    "Unable to find \"\(resource.group)/\(resource.version), Resource="
                        + "\(resource.plural)\" that match label selector \"\", field selector "
                        + "\"\(text)\": field label not supported: \(name)")
            }
            return FieldCondition(
                path: path, value: String(term[sign.upperBound...]), isEqual: term[sign] != "!=")
        }
    }
}
