/// What a target means right now (§1.5).
struct ResolvedTarget: Hashable, Sendable {
    /// Empty when not even the revision's name is known.
    var revision: String
    var isH2C: Bool
    /// Why the share answers 503, or is the last good one.
    var failure: Failure?
    /// The share is the last good one.
    var isKept = false

    struct Failure: Hashable, Sendable {
        /// As in the condition AllTrafficAssigned.
        var reason: String
        var message: String
    }
}
