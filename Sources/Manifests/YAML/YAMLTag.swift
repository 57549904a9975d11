/// What a scalar's tag says that it is, of those that make it other than a string.
enum YAMLTag: String {
    case bool
    case integer = "int"
    case float
    case null
    case merge
    /// Bytes in base64, which are not decoded here.
    case binary
    /// Any other: a string, as Kubernetes' reader takes it.
    case text

    /// `tag`: as the parser gives it, with its handle resolved.
    init(_ tag: String) {
        let prefix = "tag:yaml.org,2002:"
        let name = tag.hasPrefix(prefix) ? String(tag.dropFirst(prefix.count)) : ""
        self = YAMLTag(rawValue: name) ?? .text
    }

    /// Whether a text of that type is what the tag says.
    func allows(_ type: ScalarType) -> Bool {
        switch (self, type) {
        case (.bool, .bool), (.integer, .integer), (.null, .null), (.float, .integer),
            (.float, .number):
            true
        default: false
        }
    }
}
