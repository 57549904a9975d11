/// A JSON value (RFC 8259).
enum JSONTree {
    case null
    case bool(Bool)
    /// Its digits.
    case number(String)
    case string(String)
    case array([JSONPlace])
    case object([String: JSONPlace])

    /// Writes the value; `indent` counts levels, nil puts everything on one line.
    func write(to text: inout String, indent: Int?) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let digits): text += digits
        case .string(let value): Self.write(value, to: &text)
        case .array(let places):
            Self.write(places, between: ("[", "]"), to: &text, indent) { place, text, indent in
                place.tree.write(to: &text, indent: indent)
            }
        case .object(let members):
            let sorted = members.sorted { $0.key < $1.key }
            Self.write(sorted, between: ("{", "}"), to: &text, indent) { member, text, indent in
                Self.write(member.key, to: &text)
                text += indent == nil ? ":" : ": "
                member.value.tree.write(to: &text, indent: indent)
            }
        }
    }

    private static func write<Element>(
        _ elements: [Element], between brackets: (String, String), to text: inout String,
        _ indent: Int?, each: (Element, inout String, Int?) -> Void
    ) {
        text += brackets.0
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            breakLine(&text, indent.map { $0 + 1 })
            each(element, &text, indent.map { $0 + 1 })
        }
        if !elements.isEmpty { breakLine(&text, indent) }
        text += brackets.1
    }

    private static func breakLine(_ text: inout String, _ indent: Int?) {
        guard let indent else { return }
        text += "\n" + String(repeating: "  ", count: indent)
    }

    /// RFC 8259 §7: quotes, backslashes and control bytes are escaped.
    private static func write(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{0}"..."\u{1f}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

/// Where a value is put while its encoder fills it.
final class JSONPlace {
    var tree = JSONTree.null
}
