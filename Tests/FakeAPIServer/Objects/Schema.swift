/// The form of a kind's fields: what it does not name is pruned, and types are checked.
indirect enum Schema: Sendable {
    case any, string, integer, boolean, base64, microTime, intOrString
    case list(Schema)
    case map(Schema)
    case object([String: Schema], required: [String] = [])

    /// What was found while a value was fitted.
    struct Findings {
        var unknown: [String] = []
        var faults: [FieldFault] = []
    }

    /// The value without fields that the schema does not name; null is absent.
    func fit(_ value: JSONValue, at path: String, _ findings: inout Findings) -> JSONValue {
        switch (self, value) {
        case (.any, _), (.string, .string), (.integer, .integer), (.boolean, .bool),
            (.intOrString, .integer), (.intOrString, .string):
            return value.withoutNulls
        case (.base64, .string(let text)):
            if !Self.isBase64(text) { fault(path, value, "illegal base64 data", &findings) }
            return value
        case (.microTime, .string(let text)):
            if !Timestamp.isMicroTime(text) {
                fault(
                    path, value,
                    "parsing time \"\(text)\" as \"2006-01-02T15:04:05.000000Z07:00\"", &findings)
            }
            return value
        case (.list(let schema), .array(let items)):
            return .array(
                items.enumerated().map { schema.fit($1, at: "\(path)[\($0)]", &findings) })
        case (.map(let schema), .object(let fields)):
            var fitted: [String: JSONValue] = [:]
            for (key, field) in fields where !field.isNull {
                fitted[key] = schema.fit(field, at: Self.join(path, key), &findings)
            }
            return .object(fitted)
        case (.object(let known, let required), .object(let fields)):
            return fit(fields, known, required, at: path, &findings)
        default:
            fault(path, value, "\(path) in body must be of type \(name)", &findings)
            return value
        }
    }

    private func fit(
        _ fields: [String: JSONValue], _ known: [String: Schema], _ required: [String],
        at path: String, _ findings: inout Findings
    ) -> JSONValue {
        var fitted: [String: JSONValue] = [:]
        for (key, field) in fields.sorted(by: { $0.key < $1.key }) {
            guard let schema = known[key] else {
                findings.unknown.append(Self.join(path, key))
                continue
            }
            if !field.isNull {
                fitted[key] = schema.fit(field, at: Self.join(path, key), &findings)
            }
        }
        for key in required where fitted[key] == nil {
            findings.faults.append(.required(Self.join(path, key)))
        }
        return .object(fitted)
    }

    private func fault(
        _ path: String, _ value: JSONValue, _ detail: String, _ findings: inout Findings
    ) {
        findings.faults.append(
            FieldFault(.typeInvalid, path, .string(value.typeName), detail))
    }

    private var name: String {
        switch self {
        case .any: "any"
        case .string, .base64, .microTime: "string"
        case .integer: "integer"
        case .boolean: "boolean"
        case .intOrString: "integer or string"
        case .list: "array"
        case .map, .object: "object"
        }
    }

    private static func join(_ path: String, _ key: String) -> String {
        path.isEmpty ? key : "\(path).\(key)"
    }

    private static func isBase64(_ text: String) -> Bool {
        let digits = text.utf8.filter { $0 != 10 && $0 != 13 }
        let padding = digits.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        return digits.count % 4 == 0 && padding <= 2
            && digits.dropLast(padding).allSatisfy {
                UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                    || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0
                    || UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0
                    || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "/")
            }
    }
}
