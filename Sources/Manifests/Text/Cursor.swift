/// A place in a tree, with its path for messages; absent places can be read and give nothing.
struct Cursor {
    private let source: TreeText
    /// Where its path begins: the object's own place in the text.
    private let root: UInt32
    /// What stands there; where nothing does, the nearest place around it that is in the text.
    private let node: UInt32
    /// Its own line, or that of the nearest parent that exists.
    private let lineNumber: UInt32
    /// False when the field is absent or null.
    let isPresent: Bool
    /// The path from `node` to a place that is not in the text.
    private let absent: String

    init(root: Tree) {
        self.init(root.text, root: UInt32(root.node), root.node, line: root.line)
    }

    private init(_ source: TreeText, root: UInt32, _ node: Int, line: Int) {
        self.source = source
        self.root = root
        self.node = UInt32(node)
        lineNumber = UInt32(line)
        isPresent = source.kind(node) != .null
        absent = ""
    }

    private init(_ parent: Cursor, absent name: String) {
        source = parent.source
        root = parent.root
        node = parent.node
        lineNumber = parent.lineNumber
        isPresent = false
        absent = parent.absent.isEmpty ? name : "\(parent.absent).\(name)"
    }

    /// Nil when the field is absent or null.
    var tree: Tree? { isPresent ? Tree(text: source, node: Int(node)) : nil }

    var line: Int { Int(lineNumber) }

    /// A path becomes text only when somebody has something to say.
    var path: String {
        let path = source.path(to: Int(node), from: Int(root))
        return absent.isEmpty ? path : path.isEmpty ? absent : "\(path).\(absent)"
    }

    private var kind: TreeNode.Kind { source.kind(Int(node)) }

    /// The field of that name, absent if need be.
    subscript(key: String) -> Cursor {
        guard isPresent, kind == .map, let value = source.value(of: key, in: Int(node)) else {
            return Cursor(self, absent: key)
        }
        return self.value(ofKey: value - 1)
    }

    private func value(ofKey key: Int) -> Cursor {
        Cursor(source, root: root, key + 1, line: source.line(key))
    }

    /// The list's items; none when absent.
    func items(_ flaws: inout Flaws) -> [Cursor] {
        guard isPresent else { return [] }
        guard kind == .list else {
            flaws.refuse(self, "must be a list, is \(kind.name)", right: "write a list")
            return []
        }
        var items: [Cursor] = []
        items.reserveCapacity(source.count(Int(node)))
        source.eachItem(of: Int(node)) { item in
            items.append(Cursor(source, root: root, item, line: source.line(item)))
        }
        return items
    }

    /// The map's entries in order; none when absent.
    func entries(_ flaws: inout Flaws) -> [(key: String, value: Cursor)] {
        guard isPresent else { return [] }
        guard kind == .map else {
            flaws.refuse(self, "must be a map, is \(kind.name)", right: "write a map")
            return []
        }
        var entries: [(key: String, value: Cursor)] = []
        entries.reserveCapacity(source.count(Int(node)))
        source.eachKey(of: Int(node)) { entries.append((source.text($0), value(ofKey: $0))) }
        return entries
    }

    /// The string; empty when absent, as Go decodes it.
    func text(_ flaws: inout Flaws) -> String {
        guard isPresent else { return "" }
        if isText { return source.text(Int(node)) }
        flaws.refuse(
            self, "must be a string, is \(kind.name)",
            right: kind == .list || kind == .map ? "write a string" : "put it in quotes")
        return ""
    }

    private var isText: Bool { kind == .text || kind == .literal }

    /// Whether it is that string.
    func isText(_ other: String) -> Bool {
        isPresent && isText && source.isText(Int(node), other)
    }

    /// The integer; nil when absent.
    func integer(_ flaws: inout Flaws) -> Int64? {
        guard isPresent else { return nil }
        if kind == .integer { return source.integer(Int(node)) }
        flaws.refuse(
            self, "must be an integer, is \(kind.name)", right: "write an integer")
        return nil
    }

    /// The boolean; nil when absent.
    func flag(_ flaws: inout Flaws) -> Bool? {
        guard isPresent else { return nil }
        if kind == .bool { return source.integer(Int(node)) != 0 }
        flaws.refuse(
            self, "must be a boolean, is \(kind.name)", right: "write true or false")
        return nil
    }

    /// A map of strings; empty when absent.
    func textMap(_ flaws: inout Flaws) -> [String: String] {
        var map: [String: String] = [:]
        for (key, value) in entries(&flaws) { map[key] = value.text(&flaws) }
        return map
    }

    /// Refuses what is no map of strings.
    func refuseOtherThanTexts(_ flaws: inout Flaws) {
        guard isPresent, kind == .map else {
            _ = entries(&flaws)
            return
        }
        source.eachKey(of: Int(node)) { _ = value(ofKey: $0).text(&flaws) }
    }

    /// The string of a field that is there, empty where it is none; nil where it is absent.
    var given: String? {
        guard absent.isEmpty else { return nil }
        return isText ? source.text(Int(node)) : ""
    }

    /// The map's keys that begin so, but for those that are known.
    func keys(beginningWith prefix: String, notIn known: [String]) -> [String] {
        guard isPresent, kind == .map else { return [] }
        var keys: [String] = []
        source.eachKey(of: Int(node)) { key in
            guard source.hasPrefix(key, prefix), !known.contains(where: { source.isText(key, $0) })
            else { return }
            keys.append(source.text(key))
        }
        return keys
    }

    /// Warns of fields that nobody reads: most are misspelt.
    func warnOfFields(notIn known: [String], _ flaws: inout Flaws) {
        guard isPresent, kind == .map else { return }
        source.eachKey(of: Int(node)) { key in
            if known.contains(where: { source.isText(key, $0) }) { return }
            flaws.warn(
                value(ofKey: key), "unknown field",
                right: "known here are \(known.sorted().joined(separator: ", "))")
        }
    }
}
