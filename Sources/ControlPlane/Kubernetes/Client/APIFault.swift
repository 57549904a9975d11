/// Why a call of the Kubernetes API failed.
package enum APIFault: Error, Hashable, Sendable {
    /// No answer: not connected, no TLS, cut, or too late.
    case unreachable(String)
    /// 401, also with a new credential; or no credential is to be had.
    case unauthorized(String)
    /// 403.
    case forbidden(String)
    /// 404: no such object, or no such collection.
    case notFound
    /// 409: the object was changed by somebody else.
    case conflict(String)
    /// 409: the object is there already.
    case alreadyExists
    /// 410: the version or the page that was asked for is no longer kept.
    case expired
    /// What was sent was refused, or what came is not readable.
    case invalid(String)
    /// 429, or a server's own trouble with `Retry-After`.
    case busy(after: Duration?)
    case failed(status: Int, String)

    /// One line for people, without what was asked for.
    package var text: String {
        switch self {
        case .unreachable(let why): why
        case .unauthorized(let why): "not authenticated (401): \(why)"
        case .forbidden(let why): "not allowed (403): \(why)"
        case .notFound: "not found (404)"
        case .conflict(let why): "changed by somebody else (409): \(why)"
        case .alreadyExists: "there already (409)"
        case .expired: "the version asked for is no longer kept (410)"
        case .invalid(let why): why
        case .busy(let after):
            after.map { "busy, to be asked again in \($0.components.seconds) s" } ?? "busy"
        case .failed(let status, let why): "failed (\(status)): \(why)"
        }
    }

    /// Whether the same call may succeed later, without anybody changing objects or rights.
    package var isRetryable: Bool {
        switch self {
        case .unreachable, .busy: true
        case .failed(let status, _): status >= 500
        case .unauthorized, .forbidden, .notFound, .conflict, .alreadyExists, .expired, .invalid:
            false
        }
    }
}
