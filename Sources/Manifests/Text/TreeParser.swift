/// Text to trees: one JSON value at once, else YAML, any number of documents.
enum TreeParser {
    /// LIMIT: bytes of one file.
    static let byteLimit = 64 << 20
    /// LIMIT: documents in one file.
    static let documentLimit = 200_000
    /// LIMIT: nesting; Kubernetes' deepest objects, schemas, stay well below.
    ///
    /// libyaml itself stops at 1,000.
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
        return try YAMLTreeParser.documents(of: JSONEscapes.resolved(text))
    }

    private static func flaw(_ wrong: String, right: String) -> Flaw {
        Flaw(line: 1, field: "", wrong: wrong, right: right)
    }
}
