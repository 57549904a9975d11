internal import Bytes

/// Composes a YAML text's events to trees: aliases become what they stand for, merge keys too.
struct YAMLTreeParser: ~Copyable {
    private var events: YAMLEvents
    private var builder = TreeBuilder()
    private var documents: [Result<Int, Flaw>] = []
    /// Those that were begun, empty ones too.
    private var documentCount = 0
    /// Where the document begins that is being read.
    private var root = 0
    /// What is begun and not ended yet, the outermost first.
    private var open: [Open] = []
    /// Those of this document.
    private var anchors: [String: Anchor] = [:]
    /// Bytes that aliases and merge keys may still add to all of the text.
    private var copiesLeft: Int

    /// A list or map.
    private struct Open {
        let node: Int
        let isMap: Bool
        let anchor: String?
        /// Items, or keys that have their values.
        var count = 0
        /// The last key stands without its value.
        var hasKey = false
        var key = 0
        /// Keys `<<`.
        var merges: [Int] = []
    }

    /// What an alias may stand for.
    private enum Anchor {
        /// As either.
        case scalar(key: TreeNode, value: TreeNode)
        case nodes(Range<Int>)
    }

    /// All documents, empty ones left out, each with its tree or what is wrong with it.
    ///
    /// Throws where the text as a whole exceeds a limit.
    static func documents(of text: String) throws(Flaw) -> [Result<Tree, Flaw>] {
        var parser = YAMLTreeParser(text)
        do {
            // Nearly all texts are well, and read fastest in one go.
            try parser.read(YAMLPart(range: 0..<text.utf8.count, line: 1), of: text)
        } catch {
            if error.isOfAll { throw error }
            // What is wrong in one document must not spoil another.
            parser = YAMLTreeParser(text)
            let most = TreeParser.documentLimit + 1
            for part in YAMLPart.parts(of: text.utf8.span, most: most) {
                do { try parser.read(part, of: text) } catch { try parser.refuse(error) }
            }
        }
        let text = TreeText(parser.builder)
        return parser.documents.map { $0.map { Tree(text: text, node: $0) } }
    }

    private init(_ text: String) {
        events = YAMLEvents(text)
        copiesLeft = TreeParser.copyLimit(text.utf8.count)
    }

    private mutating func read(_ part: YAMLPart, of text: String) throws(Flaw) {
        try part.checkTags(in: text.utf8.span)
        events.restart(with: part)
        while case .documentStart = try events.next() {
            documentCount += 1
            guard documentCount <= TreeParser.documentLimit else { throw .tooManyDocuments }
            try document()
            if builder.kind(root) != .null { documents.append(.success(root)) }
            endDocument()
        }
    }

    /// Takes a document to its end.
    private mutating func document() throws(Flaw) {
        repeat {
            switch try events.next() {
            case .scalar: try scalar()
            case .mapStart: try begin(.map)
            case .listStart: try begin(.list)
            case .listOrMapEnd: try end()
            case .alias: try alias()
            case .documentStart, .documentEnd, .end: return
            }
            guard builder.end <= TreeParser.nodeLimit else { throw .tooManyNodes }
        } while !open.isEmpty
        _ = try events.next()
    }

    /// An anchor counts in its own document only.
    private mutating func endDocument() {
        root = builder.end
        if !anchors.isEmpty { anchors = [:] }
    }

    /// Takes back what was read of a document, unless it is the text that is too much.
    private mutating func refuse(_ flaw: Flaw) throws(Flaw) {
        if flaw.isOfAll { throw flaw }
        builder.remove(from: root)
        open = []
        endDocument()
        documents.append(.failure(flaw))
    }

    // MARK: Nodes

    private mutating func scalar() throws(Flaw) {
        let line = events.line
        let (style, tag) = (events.style, events.tag)
        let range = events.appendText(to: &builder.bytes)
        let anchor = events.anchor
        guard anchor != nil || !awaitsKey else { return addKey(key(range, style, tag, line)) }
        let value = try value(range, style, tag, line)
        guard let anchor else { return try add(value) }
        let key = key(range, style, tag, line)
        anchors[anchor] = .scalar(key: key, value: value)
        if awaitsKey { addKey(key) } else { try add(value) }
    }

    private func key(
        _ range: Range<Int>, _ style: YAMLStyle, _ tag: YAMLTag?, _ line: UInt32
    ) -> TreeNode {
        let merges =
            style == .plain && (tag == nil || tag == .merge)
            && builder.bytes[range].elementsEqual("<<".utf8)
        return builder.key(range, line: line, merges: merges)
    }

    private func value(
        _ range: Range<Int>, _ style: YAMLStyle, _ tag: YAMLTag?, _ line: UInt32
    ) throws(Flaw) -> TreeNode {
        guard let tag else {
            switch style {
            case .plain: return typed(range, line)
            case .literal: return TreeNode(.literal, range, line: line)
            case .quoted: return TreeNode(.text, range, line: line)
            }
        }
        switch tag {
        case .text: return TreeNode(style == .literal ? .literal : .text, range, line: line)
        case .binary, .merge:
            throw flaw(line, "has the tag !!\(tag.rawValue)", right: "write a string")
        case .bool, .integer, .float, .null:
            guard tag.allows(ScalarType(builder.bytes.span.extracting(range))) else {
                throw flaw(line, "is no !!\(tag.rawValue)", right: "write one, or no tag")
            }
            return typed(range, line)
        }
    }

    private func typed(_ range: Range<Int>, _ line: UInt32) -> TreeNode {
        switch ScalarType(builder.bytes.span.extracting(range)) {
        case .null: TreeNode(.null, line: line)
        case .bool(let flag): TreeNode(.bool, line: line, first: flag ? 1 : 0)
        case .integer(let integer): TreeNode(integer, line: line)
        case .number: TreeNode(.number, range, line: line)
        case .text: TreeNode(.text, range, line: line)
        }
    }

    private mutating func addKey(_ key: TreeNode) {
        let last = open.count - 1
        open[last].key = builder.end
        if key.kind == .mergeKey { open[last].merges.append(builder.end) }
        builder.add(key)
        finish()
    }

    private mutating func add(_ value: TreeNode) throws(Flaw) {
        try checkDepth(value.line)
        builder.add(value)
        finish()
    }

    private mutating func begin(_ kind: TreeNode.Kind) throws(Flaw) {
        let line = events.line
        if awaitsKey { throw keyFlaw(line) }
        try checkDepth(line)
        let anchor = events.anchor
        let node = builder.open(kind, line: line)
        open.append(Open(node: node, isMap: kind == .map, anchor: anchor))
    }

    private mutating func end() throws(Flaw) {
        let ended = open.removeLast()
        var count = ended.count
        if ended.isMap {
            if let key = builder.repeatedKey(ended.node, count: count) {
                let name = String(decoding: builder.text(key), as: UTF8.self)
                throw .repeated(name, in: path, line: Int(builder.line(key)))
            }
            if let key = ended.merges.first { try merge(key, into: ended.node, &count) }
        }
        builder.close(ended.node, count: count - ended.merges.count)
        if let name = ended.anchor { anchors[name] = .nodes(ended.node..<builder.end) }
        finish()
    }

    private mutating func alias() throws(Flaw) {
        let line = events.line
        let name = events.anchor ?? ""
        switch anchors[name] {
        case .scalar(let key, let value):
            try spend(MemoryLayout<TreeNode>.stride + key.range.count, line)
            if awaitsKey { addKey(key) } else { try add(value) }
        case .nodes(let range):
            if awaitsKey { throw keyFlaw(builder.line(range.lowerBound)) }
            try copy(range, line)
            finish()
        case nil:
            let shown = Flaw.isShown(name) ? " *\(name)" : ""
            throw flaw(
                line, "the alias\(shown) has no anchor in its document",
                right: "write the anchor before it")
        }
    }

    private var awaitsKey: Bool {
        guard let last = open.last else { return false }
        return last.isMap && !last.hasKey
    }

    /// What was added is whole.
    private mutating func finish() {
        guard let last = open.indices.last else { return }
        if open[last].isMap {
            open[last].hasKey.toggle()
            if open[last].hasKey { return }
        }
        open[last].count += 1
    }

    // MARK: Copies

    private mutating func copy(_ range: Range<Int>, _ line: UInt32) throws(Flaw) {
        // What is too much is not even looked through.
        let size = range.count <= copiesLeft ? builder.size(of: range) : range.count
        try spend(size, line)
        if let line = builder.line(in: range, deeperThan: TreeParser.depthLimit - open.count) {
            throw .tooDeep(line: Int(line))
        }
        builder.add(copyOf: range)
    }

    private mutating func spend(_ bytes: Int, _ line: UInt32) throws(Flaw) {
        copiesLeft -= bytes
        guard copiesLeft >= 0 else {
            throw flaw(line, "aliases expand to too much", right: "write the values out")
        }
    }

    /// Adds the entries that a map has not, which ends here: what is written in the map itself wins,
    /// then the earlier one (YAML 1.1).
    private mutating func merge(_ key: Int, into map: Int, _ count: inout Int) throws(Flaw) {
        let value = key + 1
        let isList = builder.kind(value) == .list
        let maps = isList ? builder.items(of: value) : [value]
        var known = builder.keyTexts(of: map)
        for map in maps {
            guard builder.kind(map) == .map else {
                throw flaw(
                    builder.line(key), "<< \(isList ? "lists" : "is") \(builder.kind(map).name)",
                    right: "write a map, or a list of maps")
            }
            for key in builder.keys(of: map) where known.insert(builder.text(key)).inserted {
                try copy(key..<builder.entry(after: key), builder.line(key))
                count += 1
            }
        }
    }

    // MARK: Flaws

    /// The place in the document of the value that is begun or comes next; of its map for a key.
    private var path: String {
        var path = ""
        for place in open where !place.isMap || place.hasKey {
            if place.isMap {
                let key = String(decoding: builder.text(place.key), as: UTF8.self)
                path += path.isEmpty ? key : ".\(key)"
            } else {
                path += "[\(place.count)]"
            }
        }
        return path
    }

    private func flaw(_ line: UInt32, _ wrong: String, right: String) -> Flaw {
        Flaw(line: Int(line), field: path, wrong: wrong, right: right)
    }

    private func keyFlaw(_ line: UInt32) -> Flaw {
        flaw(line, "a map's key is no string", right: "write a string")
    }

    private func checkDepth(_ line: UInt32) throws(Flaw) {
        if open.count >= TreeParser.depthLimit { throw .tooDeep(line: Int(line)) }
    }
}
