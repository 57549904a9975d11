/// Composes a YAML text's events to trees: aliases become what they stand for, merge keys too.
struct YAMLTreeParser: ~Copyable {
    private var events: YAMLEvents
    private var builder = TreeBuilder()
    /// What is begun and not ended yet, the outermost first.
    private var open: [Open] = []
    private var anchors: [String: Anchor] = [:]
    /// What no longer follows from the text, but from what it stands for: it counts when all of the
    /// document is YAML.
    private var flaw: Flaw?

    /// A list or map.
    private struct Open {
        let node: Int
        let isMap: Bool
        let anchor: String?
        /// Items, or keys that have their values.
        var count = 0
        /// A key stands without its value.
        var hasKey = false
        /// Keys `<<`.
        var merges: [Int] = []
    }

    private struct Scalar {
        let range: Range<Int>
        let style: YAMLStyle
        let line: UInt32
    }

    /// What an alias may stand for.
    private enum Anchor {
        case scalar(Scalar)
        case nodes(Range<Int>)
    }

    /// All documents, empty ones left out.
    static func documents(of text: String) throws(Flaw) -> [Tree] {
        var parser = YAMLTreeParser(events: YAMLEvents(text))
        var roots: [Int] = []
        while case .documentStart = try parser.events.next() {
            let root = try parser.document()
            guard roots.count < TreeParser.documentLimit else {
                throw Flaw(
                    line: 1, field: "",
                    wrong: "has more than \(TreeParser.documentLimit) documents",
                    right: "split the file")
            }
            if let flaw = parser.flaw { throw flaw }
            if parser.builder.kind(root) != .null { roots.append(root) }
        }
        let text = TreeText(parser.builder)
        return roots.map { Tree(text: text, node: $0) }
    }

    private init(events: consuming YAMLEvents) { self.events = events }

    /// Takes a document to its end, and says where it begins.
    private mutating func document() throws(Flaw) -> Int {
        let root = builder.end
        repeat {
            switch try events.next() {
            case .scalar: scalar()
            case .mapStart: begin(.map)
            case .listStart: begin(.list)
            case .listOrMapEnd: try end()
            case .alias: try alias()
            case .documentStart, .documentEnd, .end: return root
            }
        } while !open.isEmpty
        _ = try events.next()
        return root
    }

    // MARK: Nodes

    private mutating func scalar() {
        let line = events.line
        let style = events.style
        let scalar = Scalar(
            range: events.appendText(to: &builder.bytes), style: style, line: line)
        if let name = events.anchor { anchors[name] = .scalar(scalar) }
        add(scalar)
    }

    private mutating func add(_ scalar: Scalar) {
        let (range, line) = (scalar.range, scalar.line)
        if awaitsKey {
            let merges = scalar.style.isPlain && builder.bytes[range].elementsEqual("<<".utf8)
            if merges { open[open.count - 1].merges.append(builder.end) }
            builder.addKey(range, line: line, merges: merges)
            return finish()
        }
        checkDepth(line)
        switch scalar.style {
        case .plain: addTyped(range, line)
        case .literal: builder.add(.literal, range, line: line)
        case .plainText, .quoted: builder.add(.text, range, line: line)
        }
        finish()
    }

    private mutating func addTyped(_ range: Range<Int>, _ line: UInt32) {
        switch ScalarType(builder.bytes.span.extracting(range)) {
        case .null: builder.add(TreeNode(.null, line: line))
        case .bool(let flag): builder.add(TreeNode(.bool, line: line, first: flag ? 1 : 0))
        case .integer(let integer): builder.add(integer, line: line)
        case .number: builder.add(.number, range, line: line)
        case .text: builder.add(.text, range, line: line)
        }
    }

    private mutating func begin(_ kind: TreeNode.Kind) {
        let line = events.line
        if awaitsKey { refuseKey(line) } else { checkDepth(line) }
        let anchor = events.anchor
        let node = builder.open(kind, line: line)
        open.append(Open(node: node, isMap: kind == .map, anchor: anchor))
    }

    private mutating func end() throws(Flaw) {
        let ended = open.removeLast()
        var count = ended.count
        if ended.isMap {
            if builder.hasRepeatedKey(ended.node, count: count) { throw repeated(in: ended.node) }
            if !ended.merges.isEmpty {
                var known = builder.keyTexts(of: ended.node)
                for key in ended.merges { merge(key + 1, &known, &count) }
            }
        }
        builder.close(ended.node, count: count - ended.merges.count)
        if let name = ended.anchor { anchors[name] = .nodes(ended.node..<builder.end) }
        finish()
    }

    private mutating func alias() throws(Flaw) {
        switch anchors[events.anchor ?? ""] {
        case .scalar(let scalar): add(scalar)
        case .nodes(let range):
            if awaitsKey { refuseKey(builder.line(range.lowerBound)) }
            checkDepth(of: range)
            builder.add(copyOf: range)
            finish()
        case nil: throw Flaw(unreadable: "found undefined alias", line: Int(events.line))
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

    // MARK: Merge keys

    /// Adds the entries that a map has not, which ends here: what is written in the map itself wins,
    /// then the earlier one (YAML 1.1).
    private mutating func merge(
        _ value: Int, _ known: inout Set<ArraySlice<UInt8>>, _ count: inout Int
    ) {
        // Where something is wrong the document is refused anyway.
        guard flaw == nil else { return }
        switch builder.kind(value) {
        case .map:
            for key in builder.keys(of: value) where known.insert(builder.text(key)).inserted {
                builder.add(copyOf: key..<builder.entry(after: key))
                count += 1
            }
        case .list:
            for item in builder.items(of: value) { merge(item, &known, &count) }
        default: break
        }
    }

    // MARK: Flaws

    private mutating func checkDepth(_ line: UInt32) {
        guard open.count >= TreeParser.depthLimit, flaw == nil else { return }
        flaw = Flaw(
            line: Int(line), field: "", wrong: "is nested deeper than \(TreeParser.depthLimit)",
            right: "nest less")
    }

    /// The same for what an alias stands for.
    private mutating func checkDepth(of range: Range<Int>) {
        guard flaw == nil else { return }
        let left = TreeParser.depthLimit - open.count
        if let line = builder.line(in: range, deeperThan: left) {
            flaw = Flaw(
                line: Int(line), field: "",
                wrong: "is nested deeper than \(TreeParser.depthLimit)", right: "nest less")
        }
    }

    private mutating func refuseKey(_ line: UInt32) {
        guard flaw == nil else { return }
        flaw = Flaw(
            line: Int(line), field: "", wrong: "a map's key is no string",
            right: "write a string")
    }

    private func repeated(in map: Int) -> Flaw {
        let keys = builder.repeatedKeys(map).map { key in
            (name: String(decoding: builder.text(key), as: UTF8.self), line: builder.line(key))
        }.sorted { $0.name < $1.name }
        // A long one may be a line of a Secret that stands where no key should.
        let names = keys.map(\.name).filter { $0.utf8.count <= 32 }.joined(separator: ", ")
        return Flaw(
            unreadable: "\(names.isEmpty ? "a key" : "the key \(names)") stands twice",
            right: "write each key once", line: Int(keys.first?.line ?? 1))
    }
}
