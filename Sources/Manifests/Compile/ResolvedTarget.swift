/// What a target means right now (§1.5).
struct ResolvedTarget: Hashable, Sendable {
    /// Empty when not even the revision's name is known.
    var revision: String
    /// Why the share answers 503, or is the last good one.
    var failure: Failure?
    var isH2C: Bool
    /// The share is the last good one.
    var isKept = false

    /// Apart, since few targets have one.
    final class Failure: Hashable, Sendable {
        /// As in the condition AllTrafficAssigned.
        let reason: String
        let message: String

        init(reason: String, message: String) {
            self.reason = reason
            self.message = message
        }

        static func == (left: Failure, right: Failure) -> Bool {
            left.reason == right.reason && left.message == right.message
        }

        func hash(into hasher: inout Hasher) {
            hasher.combine(reason)
            hasher.combine(message)
        }
    }
}

extension ResolvedTarget {
    init(revision: String, isH2C: Bool) {
        self.init(revision: revision, failure: nil, isH2C: isH2C)
    }
}

/// What a target meant when it last resolved.
struct LastGoodTarget: Sendable {
    let name: TargetName
    let resolved: ResolvedTarget
}
