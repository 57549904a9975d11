/// A place in a tree, with its path for messages; absent places can be read and give nothing.
struct Cursor {
    /// Nil when the field is absent or null.
    let tree: Tree?
    private let place: Place
    /// Its own line, or that of the nearest parent that exists.
    let line: Int

    /// A path that becomes text only when somebody has something to say.
    ///
    /// Few places have others within them: only they are objects.
    private enum Place {
        case outer(Outer)
        case field(of: Outer, String)
        case item(of: Outer, Int)

        /// As what others stand within.
        var outer: Outer {
            if case .outer(let outer) = self { outer } else { Outer(self) }
        }

        var text: String {
            switch self {
            case .outer(let outer): return outer.place?.text ?? outer.whole
            case .field(let parent, let name):
                let outer = Place.outer(parent).text
                return outer.isEmpty ? name : "\(outer).\(name)"
            case .item(let parent, let index): return "\(Place.outer(parent).text)[\(index)]"
            }
        }
    }

    private final class Outer {
        /// Nil for the outermost one.
        let place: Place?
        let whole: String

        init(_ place: Place) {
            self.place = place
            whole = ""
        }

        init(whole: String) {
            place = nil
            self.whole = whole
        }
    }

    init(root: Tree) {
        self.init(tree: root, path: "", line: root.line)
    }

    init(tree: Tree?, path: String, line: Int) {
        self.init(tree, .outer(Outer(whole: path)), line)
    }

    private init(_ tree: Tree?, _ place: Place, _ line: Int) {
        switch tree?.value {
        case .null?, nil:
            self.tree = nil
            self.place = place
        case .map?, .list?:
            self.tree = tree
            self.place = .outer(place.outer)
        default:
            self.tree = tree
            self.place = place
        }
        self.line = line
    }

    var path: String { place.text }

    var isPresent: Bool { tree != nil }

    /// The field of that name, absent if need be.
    subscript(key: String) -> Cursor {
        let entry = tree?[key]
        return Cursor(entry?.tree, .field(of: place.outer, key), entry?.line ?? line)
    }

    /// The same place under another path, for messages whose path Serving spells in its own way.
    func named(_ path: String) -> Cursor {
        Cursor(tree: tree, path: path, line: line)
    }

    /// The list's items; none when absent.
    func items(_ flaws: inout Flaws) -> [Cursor] {
        guard let tree else { return [] }
        guard case .list(let items) = tree.value else {
            flaws.refuse(self, "must be a list, is \(tree.kindName)", right: "write a list")
            return []
        }
        let outer = place.outer
        return items.enumerated().map { index, item in
            Cursor(item, .item(of: outer, index), item.line)
        }
    }

    /// The map's entries in order; none when absent.
    func entries(_ flaws: inout Flaws) -> [(key: String, value: Cursor)] {
        guard let tree else { return [] }
        guard case .map(let entries) = tree.value else {
            flaws.refuse(self, "must be a map, is \(tree.kindName)", right: "write a map")
            return []
        }
        let outer = place.outer
        return entries.map { entry in
            (entry.key, Cursor(entry.tree, .field(of: outer, entry.key), entry.line))
        }
    }

    /// The string; empty when absent, as Go decodes it.
    func text(_ flaws: inout Flaws) -> String {
        guard let tree else { return "" }
        if case .text(let text) = tree.value { return text }
        flaws.refuse(
            self, "must be a string, is \(tree.kindName)",
            right: tree.isScalar ? "put it in quotes" : "write a string")
        return ""
    }

    /// The integer; nil when absent.
    func integer(_ flaws: inout Flaws) -> Int64? {
        guard let tree else { return nil }
        if case .integer(let number) = tree.value { return number }
        flaws.refuse(
            self, "must be an integer, is \(tree.kindName)", right: "write an integer")
        return nil
    }

    /// The boolean; nil when absent.
    func flag(_ flaws: inout Flaws) -> Bool? {
        guard let tree else { return nil }
        if case .bool(let flag) = tree.value { return flag }
        flaws.refuse(
            self, "must be a boolean, is \(tree.kindName)", right: "write true or false")
        return nil
    }

    /// A map of strings; empty when absent.
    func textMap(_ flaws: inout Flaws) -> [String: String] {
        var map: [String: String] = [:]
        guard case .map(let entries)? = tree?.value else {
            _ = self.entries(&flaws)
            return map
        }
        for entry in entries {
            if case .text(let text) = entry.tree.value {
                map[entry.key] = text
            } else {
                map[entry.key] = self[entry.key].text(&flaws)
            }
        }
        return map
    }

    /// Warns of fields that nobody reads: most are misspelt.
    func warnOfFields(notIn known: [String], _ flaws: inout Flaws) {
        guard case .map(let entries)? = tree?.value else { return }
        for entry in entries where !known.contains(entry.key) {
            flaws.warn(
                self[entry.key], "unknown field",
                right: "known here are \(known.sorted().joined(separator: ", "))")
        }
    }
}

extension Tree {
    fileprivate var isScalar: Bool {
        switch value {
        case .list, .map: false
        default: true
        }
    }
}
