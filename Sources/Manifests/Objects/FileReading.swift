/// What a file that parses says.
struct FileReading: Sendable {
    var objects: [ManifestObject] = []
    var refused: [Refused] = []
    /// Warnings about objects that work, and about those that are refused.
    var notices: [ObjectFault] = []
    /// Kinds that are not read, with the line of the first one.
    var skipped: [String: Int] = [:]

    struct Refused: Sendable {
        /// Nil when not even the name could be read.
        var key: ObjectKey?
        var kind: String
        var namespace: String
        var name: String
        var line: Int
        var position: Int
        /// As far as they can be read.
        var uid = ""
        var generation: Int64 = 0
        var faults: [ObjectFault]
    }
}
