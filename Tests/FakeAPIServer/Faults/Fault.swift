/// What goes wrong with a request.
package enum Fault: Sendable {
    /// Taken, never answered.
    case stall
    /// The connection is closed instead of an answer.
    case cut
    /// Half of the answer comes, then the connection is closed.
    case cutMidAnswer
    /// A watch's connection is closed after so many events, or in the middle of the next.
    case cutAfterEvents(Int, isMidEvent: Bool)
    /// Refused with that Status.
    case refuse(StatusFault)
    /// A list shows an older revision, as a server whose cache lags.
    case stale(revision: Int)
    /// A watch leaves out its next event.
    case skipEvent
    /// A watch sends its next event twice.
    case repeatEvent
    /// A watch sends its next two events in the wrong order.
    case swapEvents
    /// The answer trickles: so many bytes, then a pause.
    case slow(bytes: Int, every: Duration)
    /// Something else happens just before the answer is made; what that throws becomes a 500.
    case meanwhile(@Sendable () throws -> Void)

    /// 429, as priority and fairness answers.
    package static func tooManyRequests(retryAfter seconds: Int = 1) -> Fault {
        .refuse(
            StatusFault(
                429, "TooManyRequests",
                "Too many requests, please try again later.", retryAfter: seconds))
    }

    /// 429, as a server answers whose cache is not filled yet.
    package static func initializing(retryAfter seconds: Int = 1) -> Fault {
        .refuse(
            StatusFault(
                429, "TooManyRequests", "storage is (re)initializing", retryAfter: seconds))
    }

    /// 500.
    package static let internalError = Fault.refuse(
        StatusFault(
            500, "InternalError", "Internal error occurred: etcdserver: request timed out",
            details: ["causes": [["message": "etcdserver: request timed out"]]]))

    /// 503.
    package static let unavailable = Fault.refuse(
        StatusFault(
            503, "ServiceUnavailable", "the server is currently unable to handle the request",
            details: [:]))

    /// 410 with an HTTP status of its own.
    package static let expired = Fault.refuse(
        StatusFault(410, "Expired", "The resourceVersion for the provided watch is too old."))

    /// Whether it is about one event of a watch, and not about the request as a whole.
    var isLie: Bool {
        switch self {
        case .skipEvent, .repeatEvent, .swapEvents: true
        default: false
        }
    }
}
