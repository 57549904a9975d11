/// A pattern of a rule, compiled; read by all workers, owned by the table's builder.
package final class RegexPattern: Sendable {
    /// LIMIT: bytes of a pattern.
    package static let patternBytesMax = 1 << 10
    /// LIMIT: bytes of a text that is searched.
    package static let subjectBytesMax = 8 << 10

    init() {}

    /// What is wrong with a pattern, in one line; nil when nothing is.
    package static func check(_ text: String) -> String? { nil }

    /// Why the pattern can never match a path, in one line; nil when it may.
    package static func neverMatches(path text: String) -> String? { nil }
}
