internal import Bytes
package import Telemetry

/// The answers of the status and admin listeners, from what is known now.
///
/// Knows no HTTP library: a request is its method, path, query and `Accept`.
package struct AdminPages: Sendable {
    /// Which listener asks.
    package enum Audience: Sendable {
        /// Anybody who reaches the status listener.
        case everybody
        /// The machine's own people.
        case operators
    }

    private let board: StatusBoard
    private let sheets: @Sendable () -> [TallySheet]
    private let listeners: @Sendable () -> [String]
    private let reasons: [String]
    private let build: BuildInfo
    private let drain: @Sendable () -> Void

    package init(
        board: StatusBoard, sheets: @escaping @Sendable () -> [TallySheet],
        listeners: @escaping @Sendable () -> [String], reasons: [String], build: BuildInfo,
        drain: @escaping @Sendable () -> Void
    ) {
        self.board = board
        self.sheets = sheets
        self.listeners = listeners
        self.reasons = reasons
        self.build = build
        self.drain = drain
    }

    /// The answer; `accept` and `host` are the fields' values, `format` that of the query
    /// parameter, and `source` is the site whose web page asks (RFC 6454 §7), nil for none.
    package func answer(
        _ audience: Audience, method: String, path: String, format: String? = nil,
        accept: String? = nil, host: String? = nil, source: String? = nil
    ) -> PageAnswer {
        if audience == .operators, path == "/drain" {
            guard method == "POST" else { return .plain(405, "POST is wanted here") }
            // A page in somebody's browser may send forms to loopback, under any name.
            guard source == nil, host.map(Self.isNumberOrLocal) ?? true else {
                return .plain(403, "not from a web page")
            }
            drain()
            return .plain(202, "draining")
        }
        guard let page = page(audience, path, format, accept) else {
            return .plain(404, "no such page")
        }
        return method == "GET" || method == "HEAD" ? page : .plain(405, "GET is wanted here")
    }

    /// Whether a Host names an IP address or localhost, so that no foreign name led here.
    private static func isNumberOrLocal(_ host: String) -> Bool {
        if ListenAddress(host)?.ip != nil || IPText.bytes(of: host) != nil { return true }
        if host.hasPrefix("["), host.hasSuffix("]") {
            return IPText.bytes(of: host.dropFirst().dropLast()) != nil
        }
        return host.lowercased() == "localhost" || host.lowercased().hasPrefix("localhost:")
    }

    private func page(
        _ audience: Audience, _ path: String, _ format: String?, _ accept: String?
    ) -> PageAnswer? {
        switch (path, audience) {
        case ("/healthz", _): .plain(200, "ok")
        case ("/readyz", _): readiness
        case ("/metrics", _): metrics(accept)
        case ("/version", .operators): .json(build)
        case ("/routes", .operators): routes(format, accept)
        default: nil
        }
    }

    /// Ready once every worker serves a snapshot, until the end is wished for.
    private var readiness: PageAnswer {
        if board.isDraining { return .plain(503, "draining") }
        let served = sheets().map(\.servedVersion).min() ?? 0
        return served == 0 ? .plain(503, "no table is served yet") : .plain(200, "ready")
    }

    private func metrics(_ accept: String?) -> PageAnswer {
        let format = ExpositionFormat.chosen(accept: accept)
        let page = MetricsPage(
            report: board.report, sheets: sheets(), listeners: listeners(), reasons: reasons,
            build: build, process: ProcessFacts())
        return PageAnswer(
            code: 200, contentType: format.contentType, text: page.text(format))
    }

    private func routes(_ format: String?, _ accept: String?) -> PageAnswer {
        let page = RoutesPage(board.report, sheets())
        let isText =
            format == "text" || format == nil && accept?.hasPrefix("text/plain") == true
        guard isText else { return .json(page) }
        return PageAnswer(code: 200, contentType: "text/plain; charset=utf-8", text: page.text)
    }
}
