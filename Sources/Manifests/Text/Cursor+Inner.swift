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
            let documents = try TreeParser.documents(of: text)
            guard documents.count <= 1 else {
                flaws.refuse(self, "has \(documents.count) documents", right: "write one")
                return nil
            }
            guard let inner = try documents.first?.get() else { return nil }
            let moved = inner.text.moved(to: path, line: outerLine)
            return Cursor(root: Tree(text: moved, node: inner.node))
        } catch {
            let isKey = !error.field.isEmpty && !error.field.hasPrefix("[")
            flaws.refuse(
                Flaw(
                    line: outerLine(error.line), field: path + (isKey ? "." : "") + error.field,
                    wrong: error.wrong, right: error.right))
            return nil
        }
    }

    private func outerLine(_ inner: Int) -> Int {
        guard let tree, tree.text.kind(tree.node) == .literal else { return line }
        return tree.line + inner
    }
}
