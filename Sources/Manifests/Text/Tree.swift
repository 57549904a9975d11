internal import Bytes

/// A node of a parsed manifest: plain values with the line on which each stands.
///
/// Scalars are typed as Kubernetes types them (YAML 1.1), aliases and merge keys are resolved.
struct Tree: Sendable {
    /// Counts from 1.
    var line: Int
    var value: Value
    /// A literal block (`|`): the lines of its text are lines of the file.
    var isLiteral = false

    enum Value: Sendable {
        case null
        case bool(Bool)
        case integer(Int64)
        /// A number that is no `Int64`: a fraction, or too large. The text as written.
        case number(String)
        case text(String)
        case list([Tree])
        case map([Entry])
    }

    struct Entry: Sendable {
        let key: String
        /// The key's line, which is the one a person looks for.
        var line: Int
        var tree: Tree
        fileprivate let mark: UInt64

        init(key: String, line: Int, tree: Tree) {
            self.key = key
            self.line = line
            self.tree = tree
            mark = TextMark.of(key.utf8.span)
        }

        func hasKey(of other: Entry) -> Bool { mark == other.mark && key == other.key }
    }

    /// The kind of value in a person's words.
    var kindName: String {
        switch value {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .text: "a string"
        case .list: "a list"
        case .map: "a map"
        }
    }

    /// The value of that name, with its key's line; nil where this is no map or has none.
    subscript(key: String) -> (line: Int, tree: Tree)? {
        guard case .map(let entries) = value else { return nil }
        let mark = TextMark.of(key.utf8.span)
        for index in entries.indices
        where entries[index].mark == mark && entries[index].key == key {
            return (entries[index].line, entries[index].tree)
        }
        return nil
    }
}
