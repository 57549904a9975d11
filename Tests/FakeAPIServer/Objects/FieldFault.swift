/// One thing that is wrong with one field of an object, worded as the API server does.
struct FieldFault: Sendable, Equatable {
    /// The kinds, with the reasons that the causes of a Status give.
    enum Kind: String, Sendable {
        case required = "FieldValueRequired"
        case invalid = "FieldValueInvalid"
        case typeInvalid = "FieldValueTypeInvalid"
        case notSupported = "FieldValueNotSupported"
        case duplicate = "FieldValueDuplicate"
        case forbidden = "FieldValueForbidden"
        case tooMany = "FieldValueTooMany"
        case tooLong = "FieldValueTooLong"
    }

    var kind: Kind
    var field: String
    /// The value as the message shows it.
    var shown: String
    var detail: String

    init(_ kind: Kind, _ field: String, _ value: JSONValue = nil, _ detail: String = "") {
        self.init(kind, field, shown: value.description, detail)
    }

    init(_ kind: Kind, _ field: String, shown: String, _ detail: String) {
        self.kind = kind
        self.field = field
        self.shown = shown
        self.detail = detail
    }

    static func required(_ field: String, _ detail: String = "") -> FieldFault {
        FieldFault(.required, field, nil, detail)
    }

    static func invalid(_ field: String, _ value: JSONValue, _ detail: String) -> FieldFault {
        FieldFault(.invalid, field, value, detail)
    }

    static func forbidden(_ field: String, _ detail: String) -> FieldFault {
        FieldFault(.forbidden, field, nil, detail)
    }

    static func notSupported(
        _ field: String, _ value: JSONValue, _ supported: [String]
    ) -> FieldFault {
        let list = supported.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
        return FieldFault(.notSupported, field, value, "supported values: \(list)")
    }

    static func tooMany(_ field: String, _ count: Int, _ limit: Int) -> FieldFault {
        FieldFault(.tooMany, field, .integer(count), "must have at most \(limit) items")
    }

    /// The message without the field.
    var body: String {
        let head =
            switch kind {
            case .required: "Required value"
            case .invalid, .typeInvalid: "Invalid value: \(shown)"
            case .notSupported: "Unsupported value: \(shown)"
            case .duplicate: "Duplicate value: \(shown)"
            case .forbidden: "Forbidden"
            case .tooMany: "Too many: \(shown)"
            case .tooLong: "Too long"
            }
        return detail.isEmpty ? head : "\(head): \(detail)"
    }

    /// The whole message.
    var message: String { "\(field): \(body)" }

    /// How a Status tells it.
    var cause: JSONValue {
        ["reason": .string(kind.rawValue), "message": .string(body), "field": .string(field)]
    }
}
