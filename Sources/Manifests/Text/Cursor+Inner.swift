/// YAML within a string, as some annotations hold it.
extension Cursor {
    /// LIMIT: bytes of such a text; Kubernetes takes 256 KiB of annotations together.
    private static let innerBytesMax = 64 << 10

    /// The text's only document, at this path; nil where there is none, or it is refused.
    ///
    /// Lines are the file's where the string is a literal block (`|`); else all are the string's.
    func inner(_ flaws: inout Flaws) -> Cursor? {
        let text = text(&flaws)
        guard text.utf8.count <= Self.innerBytesMax else {
            flaws.refuse(
                self, "is larger than \(Self.innerBytesMax >> 10) KiB", right: "write less")
            return nil
        }
        do {
            let trees = try TreeParser.documents(of: text)
            guard trees.count <= 1 else {
                flaws.refuse(self, "has \(trees.count) documents", right: "write one")
                return nil
            }
            return trees.first.map { tree in
                Cursor(tree: moved(tree), path: path, line: outerLine(tree.line))
            }
        } catch {
            flaws.refuse(
                Flaw(
                    line: outerLine(error.line), field: path, wrong: error.wrong,
                    right: error.right))
            return nil
        }
    }

    private func outerLine(_ inner: Int) -> Int {
        tree?.isLiteral == true ? (tree?.line ?? line) + inner : line
    }

    private func moved(_ inner: Tree) -> Tree {
        var moved = inner
        moved.line = outerLine(inner.line)
        switch inner.value {
        case .list(let items): moved.value = .list(items.map(self.moved))
        case .map(let entries):
            moved.value = .map(
                entries.map { entry in
                    Tree.Entry(
                        key: entry.key, line: outerLine(entry.line),
                        tree: self.moved(entry.tree))
                })
        default: break
        }
        return moved
    }
}
