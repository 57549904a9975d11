/// What became of a whole message: the verdict, and what was understood.
package enum Outcome: Equatable, Sendable, CustomStringConvertible {
    /// The status and the reason, which is the answer's line of text and the metric's label.
    case refused(Int, String)
    /// The body, the trailers as `name: value` lines, and the bytes behind the message.
    case accepted(body: String = "", trailers: [String] = [], rest: String = "")
    case needsMore

    package var description: String {
        switch self {
        case .refused(let status, let reason): "refused \(status) \(reason)"
        case .accepted(let body, let trailers, let rest):
            "accepted body '\(body)' trailers \(trailers) rest '\(rest)'"
        case .needsMore: "needs more"
        }
    }
}
