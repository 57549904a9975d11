extension JSONValue {
    /// The value after a merge patch of RFC 7396.
    package func merged(with patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var fields = self.fields
        for (key, change) in changes {
            if change.isNull {
                fields.removeValue(forKey: key)
            } else {
                fields[key] = (fields[key] ?? .null).merged(with: change)
            }
        }
        return .object(fields)
    }

    /// The value without fields that are null, at any depth: null means absent in Kubernetes.
    package var withoutNulls: JSONValue {
        switch self {
        case .object(let fields):
            .object(fields.filter { !$0.value.isNull }.mapValues(\.withoutNulls))
        case .array(let items): .array(items.map(\.withoutNulls))
        default: self
        }
    }
}
