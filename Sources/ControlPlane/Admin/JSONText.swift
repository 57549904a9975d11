internal import Foundation

/// Values as JSON for people and programs: sorted keys, indented.
package enum JSONText {
    /// The text, ended by a line feed.
    package static func of(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("our own values are JSON")
        }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// The text on one line, without its end.
    package static func line(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("our own values are JSON")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
