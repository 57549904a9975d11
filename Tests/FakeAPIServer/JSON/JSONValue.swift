/// A JSON value that tests write as a literal and read by keys.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Reads JSON text.
    package init(text: String) throws {
        self = try JSONReader.read(Array(text.utf8))
    }

    /// A field of an object, null where there is none; setting null removes it.
    package subscript(_ key: String) -> JSONValue {
        get {
            if case .object(let fields) = self { return fields[key] ?? .null }
            return .null
        }
        set {
            var fields = self.fields
            // The old value must have one holder, or each change would copy all of it.
            self = .null
            if newValue.isNull {
                fields.removeValue(forKey: key)
            } else {
                fields[key] = newValue
            }
            self = .object(fields)
        }
    }

    /// An element of an array, null where there is none; setting replaces one that is there.
    package subscript(_ index: Int) -> JSONValue {
        get {
            if case .array(let items) = self, items.indices.contains(index) { return items[index] }
            return .null
        }
        set {
            var items = self.items
            guard items.indices.contains(index) else { return }
            items[index] = newValue
            self = .array(items)
        }
    }

    /// What stands below these keys, one inside the other.
    package func at(_ keys: [String]) -> JSONValue {
        keys.reduce(self) { $0[$1] }
    }

    package var isNull: Bool { self == .null }

    /// A string's text; nil for anything else.
    package var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }

    /// An integer's value; nil for anything else.
    package var int: Int? {
        if case .integer(let value) = self { return value }
        return nil
    }

    /// A boolean's value; nil for anything else.
    package var bool: Bool? {
        if case .bool(let value) = self { return value }
        return nil
    }

    /// An array's elements; none for anything else.
    package var items: [JSONValue] {
        if case .array(let items) = self { return items }
        return []
    }

    /// An object's fields; none for anything else.
    package var fields: [String: JSONValue] {
        if case .object(let fields) = self { return fields }
        return [:]
    }

    /// The fields of an object that hold strings.
    package var texts: [String: String] { fields.compactMapValues(\.text) }

    /// What Go's validation calls the type.
    package var typeName: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer: "integer"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringInterpolation,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    package init(nilLiteral: ()) { self = .null }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(stringLiteral value: String) { self = .string(value) }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { $1 })
    }
}

extension JSONValue: CustomStringConvertible {
    package var description: String { String(decoding: JSONWriter.bytes(self), as: UTF8.self) }
}
