internal import Routing

/// Answers that take time, and `/explain`: where a request would go, and why.
extension AdminPages {
    /// The answer to any request; those that need the reconciler, or much work, wait for it.
    package func answer(_ audience: Audience, _ request: PageRequest) async -> PageAnswer {
        if audience == .operators, request.path == "/explain" {
            if let refusal = refusal(of: audience, host: request.host) { return refusal }
            return await explain(request)
        }
        if request.path == "/metrics", ["GET", "HEAD"].contains(request.method),
            refusal(of: audience, host: request.host) == nil
        {
            return await metrics(request.accept)
        }
        return answer(
            audience, method: request.method, path: request.path,
            format: request.parameter("format"), accept: request.accept, host: request.host,
            source: request.source)
    }

    /// GET takes the query's `url`, `method`, `header` (again for each), `listener` and
    /// `client`; POST takes them as JSON.
    private func explain(_ request: PageRequest) async -> PageAnswer {
        do throws(ExplainRequest.Refusal) {
            let wanted: ExplainRequest
            switch request.method {
            case "GET", "HEAD":
                wanted = try ExplainRequest(
                    method: request.parameter("method"), url: request.parameter("url"),
                    headers: request.parameters("header"),
                    listener: request.parameter("listener"), client: request.parameter("client"))
            case "POST": wanted = try ExplainRequest(json: request.body)
            default: return .plain(405, "GET or POST is wanted here")
            }
            let explanation = try await explanation(wanted)
            let format = request.parameter("format")
            let isText =
                format == "text"
                || format == nil && request.accept?.hasPrefix("text/plain") == true
            return isText
                ? PageAnswer(
                    code: 200, contentType: "text/plain; charset=utf-8", text: explanation.text)
                : PageAnswer(code: 200, contentType: "application/json", text: explanation.json)
        } catch {
            return .plain(error.isByListeners ? 422 : 400, error.description)
        }
    }
}
