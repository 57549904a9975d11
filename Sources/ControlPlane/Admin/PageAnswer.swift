/// An answer of the status or admin pages.
package struct PageAnswer: Hashable, Sendable {
    package var code: Int
    package var contentType: String
    package var text: String

    static func plain(_ code: Int, _ text: String) -> PageAnswer {
        PageAnswer(code: code, contentType: "text/plain; charset=utf-8", text: text + "\n")
    }

    static func json(_ value: some Encodable) -> PageAnswer {
        PageAnswer(code: 200, contentType: "application/json", text: JSONText.of(value))
    }
}
