internal import Bytes

/// Values as JSON for people and programs, for those who may not import `Bytes`.
package enum JSONText {
    /// The text, indented and ended by a line feed.
    package static func of(_ value: some Encodable) -> String { JSON(value).text }

    /// The text on one line, without its end.
    package static func line(_ value: some Encodable) -> String { JSON(value).line }
}
