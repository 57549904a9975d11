import Yams

extension JSONValue {
    /// Reads the documents of YAML text, such as a file of manifests; empty ones are left out.
    package static func documents(yaml text: String) throws -> [JSONValue] {
        var documents: [JSONValue] = []
        for node in try Yams.compose_all(yaml: text) {
            let value = JSONValue(node)
            if !value.isNull { documents.append(value) }
        }
        return documents
    }

    private init(_ node: Node) {
        switch node {
        case .mapping(let mapping):
            var fields: [String: JSONValue] = [:]
            for (key, value) in mapping { fields[key.string ?? ""] = JSONValue(value) }
            self = .object(fields)
        case .sequence(let sequence): self = .array(sequence.map { JSONValue($0) })
        case .scalar(let scalar) where scalar.style != .plain: self = .string(scalar.string)
        case .scalar(let scalar): self = Self.plain(scalar.string)
        case .alias: self = .null
        }
    }

    /// A scalar without quotes, by YAML's JSON schema.
    private static func plain(_ text: String) -> JSONValue {
        switch text {
        case "", "~", "null": .null
        case "true": .bool(true)
        case "false": .bool(false)
        default:
            if let value = Int(text) {
                .integer(value)
            } else if text.first?.isNumber == true, let value = Double(text) {
                .number(value)
            } else {
                .string(text)
            }
        }
    }
}
