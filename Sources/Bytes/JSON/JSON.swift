/// A value as JSON for people and programs: keys in order, nothing escaped that need not be.
///
/// Made by walking the value with the standard library's `Encodable`: for pages and reports, not
/// for what happens once a request.
package struct JSON {
    private let tree: JSONTree

    /// Our own values only: one that has no JSON form (an infinite number) is a bug.
    package init(_ value: some Encodable) {
        let place = JSONPlace()
        do {
            try JSONTreeEncoder(place: place, codingPath: []).put(value)
        } catch {
            preconditionFailure("our own values are JSON: \(error)")
        }
        tree = place.tree
    }

    /// Indented by two blanks and ended by a line feed.
    package var text: String {
        var text = ""
        tree.write(to: &text, indent: 0)
        return text + "\n"
    }

    /// On one line, without its end.
    package var line: String {
        var text = ""
        tree.write(to: &text, indent: nil)
        return text
    }
}
