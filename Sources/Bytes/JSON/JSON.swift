/// Values as JSON for people and programs: keys in order, nothing escaped that need not be.
package enum JSON {
    /// The text, indented by two blanks and ended by a line feed.
    package static func text(of value: some Encodable) -> String {
        var text = ""
        tree(of: value).write(to: &text, indent: 0)
        return text + "\n"
    }

    /// The text on one line, without its end.
    package static func line(of value: some Encodable) -> String {
        var text = ""
        tree(of: value).write(to: &text, indent: nil)
        return text
    }

    private static func tree(of value: some Encodable) -> JSONTree {
        let place = JSONPlace()
        do {
            try JSONTreeEncoder(place: place, codingPath: []).put(value)
        } catch {
            preconditionFailure("our own values are JSON: \(error)")
        }
        return place.tree
    }
}
