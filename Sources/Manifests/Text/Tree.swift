/// A value of a parsed manifest, with the line on which it stands.
///
/// Scalars are typed as Kubernetes types them (YAML 1.1), aliases and merge keys are resolved.
struct Tree: Sendable {
    let text: TreeText
    let node: Int

    /// Counts from 1.
    var line: Int { text.line(node) }

    var isMap: Bool { text.kind(node) == .map }

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
        let line: Int
        let tree: Tree
    }

    /// Of a map it makes strings of all keys: what is read of many objects goes by `Cursor`.
    var value: Value {
        switch text.kind(node) {
        case .null: .null
        case .bool: .bool(text.integer(node) != 0)
        case .integer: .integer(text.integer(node))
        case .number: .number(text.text(node))
        case .text, .literal, .key, .mergeKey: .text(text.text(node))
        case .list: .list(text.items(node).map { Tree(text: text, node: $0) })
        case .map:
            .map(
                text.keys(node).map { key in
                    Entry(
                        key: text.text(key), line: text.line(key),
                        tree: Tree(text: text, node: key + 1))
                })
        }
    }

    /// The kind of value in a person's words.
    var kindName: String { text.kind(node).name }
}
