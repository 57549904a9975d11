import TestSupport

/// The pseudo fields of a request for the Route `app`; nil leaves one out.
func pseudo(
    _ method: String? = "GET", scheme: String? = "http", path: String? = "/",
    authority: String? = app
) -> [FieldLine] {
    let all = [
        (":method", method), (":scheme", scheme), (":path", path), (":authority", authority),
    ]
    return all.compactMap { name, value in value.map { FieldLine(name, $0) } }
}

/// A request for the Route `app` with more fields.
func fields(
    _ method: String = "GET", _ path: String = "/", _ more: (String, String)...
) -> [FieldLine] {
    pseudo(method, path: path) + more.map { FieldLine($0.0, $0.1) }
}

/// The target whose requests are read and never answered.
let never = "/never"
/// The target that is answered with 1 MiB.
let large = "/large"

/// Runs a gateway whose Route `app` leads to an HTTP/1 upstream that knows those two targets and
/// answers any other with `hello`, or with the request's body if there is one.
func withPlainApp(
    settings: [String: String] = [:], _ body: (Gateway, ScriptedUpstream) throws -> Void
) throws {
    try withApp(settings: settings, answerPlainly, body)
}

/// The script of that upstream.
@Sendable func answerPlainly(_ connection: UpstreamConnection) throws {
    let many = String(repeating: "x", count: 1 << 20)
    while let request = try connection.readRequest() {
        switch (request.method, request.target) {
        case (_, never): return try connection.waitForEnd()
        case (_, large): try connection.send(response(body: many))
        case ("HEAD", _): try connection.send(head("HTTP/1.1 200 OK", "Content-Length: 5"))
        default:
            let body = request.bodyText
            try connection.send(response(body: body.isEmpty ? "hello" : body))
        }
    }
}

extension Gateway {
    /// What was refused so far, by reason; only what is not 0.
    func refusals() throws -> [String: Double] {
        try metrics().all("weir_rejected_requests_total").reduce(into: [:]) {
            if $1.value > 0, let reason = $1.labels["reason"] { $0[reason, default: 0] += $1.value }
        }
    }
}
