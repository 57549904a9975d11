internal import Bytes

/// A text as parsed: all values of all its documents, one after another.
///
/// Immutable. Strings are made when somebody reads them.
final class TreeText: Sendable {
    private let bytes: [UInt8]
    private let nodes: [TreeNode]
    /// The path at which the text itself stands, where it is a string in another one.
    let outerPath: String

    init(_ builder: consuming TreeBuilder) {
        bytes = builder.bytes
        nodes = builder.nodes
        outerPath = ""
    }

    private init(_ bytes: [UInt8], _ nodes: [TreeNode], outerPath: String) {
        self.bytes = bytes
        self.nodes = nodes
        self.outerPath = outerPath
    }

    /// The same within another text, at that path of it and with its lines.
    func moved(to path: String, line: (Int) -> Int) -> TreeText {
        let moved = nodes.map { node in
            var node = node
            node.line = UInt32(line(Int(node.line)))
            return node
        }
        return TreeText(bytes, moved, outerPath: path)
    }

    // MARK: One node

    func kind(_ node: Int) -> TreeNode.Kind { nodes[node].kind }

    func line(_ node: Int) -> Int { Int(nodes[node].line) }

    func integer(_ node: Int) -> Int64 { nodes[node].integer }

    /// Of text, and of keys.
    func text(_ node: Int) -> String {
        String(decoding: bytes[nodes[node].range], as: UTF8.self)
    }

    /// Whether the text, or key, of a node is that one.
    func isText(_ node: Int, _ other: String) -> Bool {
        nodes[node].count == other.utf8.count && isEqual(nodes[node], other.utf8.span)
    }

    /// Whether the text, or key, of a node begins with that one.
    func hasPrefix(_ node: Int, _ prefix: String) -> Bool {
        var node = nodes[node]
        guard node.count >= prefix.utf8.count else { return false }
        node.count = UInt32(prefix.utf8.count)
        return isEqual(node, prefix.utf8.span)
    }

    private func isEqual(_ node: TreeNode, _ other: Span<UInt8>) -> Bool {
        let bytes = bytes
        let start = Int(node.first)
        for index in other.indices where bytes[start + index] != other[index] { return false }
        return true
    }

    // MARK: Nodes within others

    /// Items or entries of a list or map.
    func count(_ node: Int) -> Int { Int(nodes[node].count) }

    func eachItem(of list: Int, _ body: (Int) -> Void) {
        let end = list + nodes[list].size
        var item = list + 1
        while item < end {
            body(item)
            item += nodes[item].size
        }
    }

    /// Each key has its value behind it.
    func eachKey(of map: Int, _ body: (Int) -> Void) {
        let end = map + nodes[map].size
        var key = map + 1
        while key < end {
            if nodes[key].kind == .key { body(key) }
            key += 1 + nodes[key + 1].size
        }
    }

    func items(_ list: Int) -> [Int] {
        var items: [Int] = []
        eachItem(of: list) { items.append($0) }
        return items
    }

    func keys(_ map: Int) -> [Int] {
        var keys: [Int] = []
        eachKey(of: map) { keys.append($0) }
        return keys
    }

    /// The value of that key in a map; nil where there is none.
    func value(of key: String, in map: Int) -> Int? {
        let key = key.utf8.span
        let mark = TextMark.of(key)
        let nodes = nodes
        let end = map + nodes[map].size
        var index = map + 1
        while index < end {
            let node = nodes[index]
            if node.mark == UInt16(truncatingIfNeeded: mark), node.count == UInt32(key.count),
                isEqual(node, key), node.kind == .key
            {
                return index + 1
            }
            index += 1 + nodes[index + 1].size
        }
        return nil
    }

    /// The path of a node below `root`, as Kubernetes writes it: `spec.traffic[0].percent`.
    func path(to node: Int, from root: Int) -> String {
        var path = outerPath
        var place = root
        while place < node {
            if nodes[place].kind == .list {
                let items = items(place)
                guard let index = items.lastIndex(where: { $0 <= node }) else { break }
                path += "[\(index)]"
                place = items[index]
            } else {
                guard let key = keys(place).last(where: { $0 < node }) else { break }
                path += path.isEmpty ? text(key) : ".\(text(key))"
                place = key + 1
            }
        }
        return path
    }
}
