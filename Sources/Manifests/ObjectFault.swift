/// Something that is wrong with an object or a file, where it is, and what would be right.
///
/// Also the form of notices: things worth saying that refuse nothing. Its texts are made to be shown,
/// whatever stands in the manifest.
package struct ObjectFault: Hashable, Sendable, CustomStringConvertible {
    package let file: String
    /// Counts from 1.
    package let line: Int
    /// Empty, as the two names are, when the file itself is at fault.
    package let kind: String
    package let namespace: String
    package let name: String
    /// The path of the field; several, parted by commas, where the rule is about several.
    package let field: String
    package let wrong: String
    package let right: String

    package init(
        file: String, line: Int, kind: String, namespace: String, name: String, field: String,
        wrong: String, right: String
    ) {
        self.file = ShownText.of(file)
        self.line = line
        self.kind = ShownText.of(kind)
        self.namespace = ShownText.of(namespace)
        self.name = ShownText.of(name)
        self.field = ShownText.of(field)
        self.wrong = ShownText.of(wrong)
        self.right = ShownText.of(right)
    }

    /// `file:line: field: what is wrong, what would be right`.
    package var description: String {
        "\(file):\(line): \(field.isEmpty ? "" : "\(field): ")\(wrong), \(right)"
    }
}
