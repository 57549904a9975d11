/// Text to trees: JSON values one after the other, else YAML, any number of documents.
package enum TreeParser {
    /// LIMIT: bytes of one text; a file's too.
    package static let byteLimit = 8 << 20
    /// LIMIT: documents in one text, empty ones too.
    static let documentLimit = 200_000
    /// LIMIT: values and keys of one text, those that aliases stand for each time.
    ///
    /// A manifest has one in 6 bytes or more.
    static let nodeLimit = 2 << 20
    /// LIMIT: nesting; Kubernetes' deepest objects, schemas, stay well below.
    static let depthLimit = 100

    /// LIMIT: bytes of memory that aliases and merge keys may add to a text of so many bytes.
    ///
    /// In proportion, since many small texts, as in annotations, are as good a bomb as a large one.
    static func copyLimit(_ bytes: Int) -> Int { min(16 << 20, 256 * bytes) }

    /// All documents, empty ones left out, each with its tree or what is wrong with it alone.
    ///
    /// Throws what is wrong with all of the text: a limit that it exceeds, or the first flaw where
    /// no document is without one.
    static func documents(of text: String) throws(Flaw) -> [Result<Tree, Flaw>] {
        guard text.utf8.count <= byteLimit else {
            throw Flaw(ofAll: "is larger than \(byteLimit >> 20) MiB")
        }
        var text = text
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        if let documents = try JSONTreeParser.documents(of: text) { return try some(documents) }
        return try some(YAMLTreeParser.documents(of: text))
    }

    /// The same, where there is one without a flaw, or none at all.
    private static func some(
        _ documents: [Result<Tree, Flaw>]
    ) throws(Flaw) -> [Result<Tree, Flaw>] {
        guard case .failure(let flaw) = documents.first else { return documents }
        let isAnyWell = documents.contains { if case .success = $0 { true } else { false } }
        guard isAnyWell else { throw flaw }
        return documents
    }

    /// The keys of a text that is one map and nothing else; nil for any other.
    package static func keys(of text: String) -> [String]? {
        guard let documents = try? documents(of: text), documents.count == 1,
            case .success(let tree) = documents[0], case .map(let entries) = tree.value
        else { return nil }
        return entries.map(\.key)
    }

    /// The first document of a text that should have one; nil where there is none.
    static func document(of text: String) throws(Flaw) -> Tree? {
        try documents(of: text).first?.get()
    }
}
