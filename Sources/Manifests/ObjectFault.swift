/// Something that is wrong with an object or a file, where it is, and what would be right.
///
/// Also the form of notices: things worth saying that refuse nothing.
package struct ObjectFault: Hashable, Sendable, CustomStringConvertible {
    package var file: String
    /// Counts from 1.
    package var line: Int
    /// Empty, as the two names are, when the file itself is at fault.
    package var kind: String
    package var namespace: String
    package var name: String
    /// The path of the field; several, parted by commas, where the rule is about several.
    package var field: String
    package var wrong: String
    package var right: String

    package init(
        file: String, line: Int, kind: String, namespace: String, name: String, field: String,
        wrong: String, right: String
    ) {
        self.file = file
        self.line = line
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.field = field
        self.wrong = wrong
        self.right = right
    }

    /// `file:line: field: what is wrong, what would be right`.
    package var description: String {
        "\(file):\(line): \(field.isEmpty ? "" : "\(field): ")\(wrong), \(right)"
    }
}
