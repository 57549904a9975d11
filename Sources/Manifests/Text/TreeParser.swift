import Yams

/// Text to trees: one JSON value at once, else YAML, any number of documents.
enum TreeParser {
    /// LIMIT: bytes of one file.
    static let byteLimit = 64 << 20
    /// LIMIT: documents in one file.
    static let documentLimit = 200_000
    /// LIMIT: nesting; Kubernetes' deepest objects, schemas, stay well below.
    ///
    /// The parser itself, which recurses, stops at 1,000.
    static let depthLimit = 100

    /// All documents, empty ones left out.
    ///
    /// Throws a flaw that says where the text stops being YAML, or which limit it exceeds.
    static func documents(of text: String) throws(Flaw) -> [Tree] {
        guard text.utf8.count <= byteLimit else {
            throw flaw("is larger than 64 MiB", right: "split the file")
        }
        if let tree = JSONTreeParser.tree(of: text) { return [tree] }
        guard AliasBudget.holds(text) else {
            throw flaw("aliases expand to too much", right: "write the values out")
        }
        var trees: [Tree] = []
        do {
            // The basic resolver types nothing: the default one runs regular expressions
            // on every key, and types are decided by `ScalarType` anyway.
            let parser = try Parser(
                yaml: JSONEscapes.resolved(text), resolver: .basic, encoding: .utf8)
            while let node = try parser.nextRoot() {
                guard trees.count < documentLimit else {
                    throw flaw("has more than \(documentLimit) documents", right: "split the file")
                }
                let tree = try tree(of: node, depth: 0, line: 1)
                if case .null = tree.value { continue }
                trees.append(tree)
            }
        } catch let flaw as Flaw {
            throw flaw
        } catch let error as YamlError {
            throw flaw(for: error)
        } catch {
            throw flaw("\(error)", right: "write valid YAML or JSON")
        }
        return trees
    }

    private static func tree(of node: Node, depth: Int, line: Int) throws(Flaw) -> Tree {
        let line = node.mark?.line ?? line
        guard depth < depthLimit else {
            throw flaw("is nested deeper than \(depthLimit)", right: "nest less", line: line)
        }
        switch node {
        case .scalar(let scalar):
            return Tree(
                line: line, value: ScalarType.value(of: scalar),
                isLiteral: scalar.style == .literal)
        case .sequence(let sequence):
            var items: [Tree] = []
            items.reserveCapacity(sequence.count)
            for item in sequence {
                items.append(try tree(of: item, depth: depth + 1, line: line))
            }
            return Tree(line: line, value: .list(items))
        case .mapping(let mapping):
            return Tree(line: line, value: .map(try entries(of: mapping, depth: depth, line: line)))
        case .alias:
            throw flaw("has an unresolved alias", right: "write the value out", line: line)
        }
    }

    private static func entries(
        of mapping: Node.Mapping, depth: Int, line: Int
    ) throws(Flaw) -> [Tree.Entry] {
        var entries: [Tree.Entry] = []
        entries.reserveCapacity(mapping.count)
        var merged: [Tree.Entry] = []
        for (key, value) in mapping {
            let keyLine = key.mark?.line ?? line
            guard case .scalar(let name) = key else {
                throw flaw("a map's key is no string", right: "write a string", line: keyLine)
            }
            let child = try tree(of: value, depth: depth + 1, line: keyLine)
            if name.string == "<<", name.style == .plain {
                merged += mergeEntries(of: child)
            } else {
                entries.append(Tree.Entry(key: name.string, line: keyLine, tree: child))
            }
        }
        // YAML 1.1 merge keys: what is written in the map itself wins, then the earlier map.
        for entry in merged where !entries.contains(where: { $0.key == entry.key }) {
            entries.append(entry)
        }
        return entries
    }

    private static func mergeEntries(of tree: Tree) -> [Tree.Entry] {
        switch tree.value {
        case .map(let entries): entries
        case .list(let maps): maps.flatMap(mergeEntries)
        default: []
        }
    }

    private static func flaw(_ wrong: String, right: String, line: Int = 1) -> Flaw {
        Flaw(line: line, field: "", wrong: wrong, right: right)
    }

    private static func flaw(for error: YamlError) -> Flaw {
        let right = "write valid YAML or JSON"
        switch error {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let context = context.map { "\($0.text) (line \($0.mark.line)), " } ?? ""
            return flaw("does not parse: \(context)\(problem)", right: right, line: mark.line)
        case .reader(let problem, let offset, _, let yaml):
            let line = yaml.prefix(offset ?? 0).utf8.count { $0 == UInt8(ascii: "\n") } + 1
            return flaw("does not parse: \(problem)", right: right, line: line)
        case .duplicatedKeysInMapping(let duplicates, let context):
            // A long one may be a line of a Secret that stands where no key should.
            let names = duplicates.filter { $0.utf8.count <= 32 }.joined(separator: ", ")
            return flaw(
                "does not parse: \(names.isEmpty ? "a key" : "the key \(names)") stands twice",
                right: "write each key once", line: max(context.mark.line, 1))
        default:
            return flaw("does not parse: \(error)", right: right)
        }
    }
}
