/// Why a request goes where it goes, told step by step by the matcher itself.
package struct Explanation: Sendable {
    /// For people, several lines, each ended by a line feed.
    package let text: String
    /// For programs: one JSON object, ended by a line feed.
    package let json: String
}
