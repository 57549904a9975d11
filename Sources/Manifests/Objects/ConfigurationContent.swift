/// What a Configuration's, or a Service's, status says of its revisions; mostly nothing.
struct ConfigurationContent: Hashable, Sendable {
    /// Empty where there is no status.
    var latestReadyRevisionName: String
    /// Its own conditions say that the latest revision failed.
    var hasFailed: Bool

    init(_ root: Cursor, _ flaws: inout Flaws) {
        latestReadyRevisionName = root["status"]["latestReadyRevisionName"].text(&flaws)
        hasFailed = Readiness(root["status"], &flaws) == .failed
    }
}
