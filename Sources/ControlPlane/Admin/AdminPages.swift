internal import Bytes
package import Telemetry

/// The answers of the status and admin listeners, from what is known now.
///
/// Knows no HTTP library: a request is a `PageRequest`.
package struct AdminPages: Sendable {
    /// Which listener asks.
    package enum Audience: Sendable {
        /// Anybody who reaches the status listener.
        case everybody
        /// The machine's own people.
        case operators
    }

    /// What the pages tell, and what they may do.
    package struct Desk: Sendable {
        package var board: StatusBoard
        /// Every worker's numbers.
        package var sheets: @Sendable () -> [TallySheet]
        /// Names of the listeners, in the order of their numbers.
        package var listeners: @Sendable () -> [String] = { [] }
        /// Whether they are open.
        package var areListenersOpen: @Sendable () -> Bool = { true }
        /// Names of the reasons for refusing a request, of glitches, and why patterns fail, in
        /// their order.
        package var reasons: [String] = []
        package var glitches: [String] = []
        package var patternFaults: [String] = []
        /// Lines of the access log that could not be written.
        package var lostLines: @Sendable () -> UInt64 = { 0 }
        /// How this replica stands in its cluster; nil where none is followed.
        package var cluster: @Sendable () -> ClusterFigures? = { nil }
        /// How memory stands; nil where it has no limit.
        package var memory: @Sendable () -> MemoryFigures? = { nil }
        package var build: BuildInfo
        package var explain:
            @Sendable (ExplainRequest) async throws(ExplainRequest.Refusal) -> ExplainAnswer
        package var drain: @Sendable () -> Void

        package init(
            board: StatusBoard, sheets: @escaping @Sendable () -> [TallySheet], build: BuildInfo,
            explain:
                @escaping @Sendable (ExplainRequest) async throws(ExplainRequest.Refusal) ->
                ExplainAnswer,
            drain: @escaping @Sendable () -> Void
        ) {
            self.board = board
            self.sheets = sheets
            self.build = build
            self.explain = explain
            self.drain = drain
        }
    }

    private let desk: Desk
    private let metricsPage: SharedPage<ExpositionFormat>

    package init(_ desk: Desk) {
        self.desk = desk
        metricsPage = SharedPage { Self.metrics(desk, $0) }
    }

    /// The metrics, as soon as they may be counted up again.
    func metrics(_ accept: String?) async -> PageAnswer {
        await metricsPage.answer(ExpositionFormat.chosen(accept: accept))
    }

    func explanation(
        _ request: ExplainRequest
    ) async throws(ExplainRequest.Refusal) -> ExplainAnswer {
        try await desk.explain(request)
    }

    /// The answer; `accept` and `host` are the fields' values, `format` that of the query
    /// parameter, and `source` is the site whose web page asks (RFC 6454 §7), nil for none.
    package func answer(
        _ audience: Audience, method: String, path: String, format: String? = nil,
        accept: String? = nil, host: String? = nil, source: String? = nil
    ) -> PageAnswer {
        if let refusal = refusal(of: audience, host: host) { return refusal }
        if audience == .operators, path == "/drain" {
            guard method == "POST" else { return .plain(405, "POST is wanted here") }
            // A page in somebody's browser may send forms to loopback.
            guard source == nil else { return .plain(403, "not from a web page") }
            desk.drain()
            return .plain(202, "draining")
        }
        guard let page = page(audience, path, format, accept) else {
            return .plain(404, "no such page")
        }
        return method == "GET" || method == "HEAD" ? page : .plain(405, "GET is wanted here")
    }

    /// Refuses what a page in somebody's browser asks of operators' pages under a name of its own
    /// that leads to loopback (DNS rebinding).
    func refusal(of audience: Audience, host: String?) -> PageAnswer? {
        guard audience == .operators, let host, !Self.isNumberOrLocal(host) else { return nil }
        return .plain(403, "not under this name, an IP address or localhost would be right")
    }

    /// Whether a Host names an IP address or localhost, so that no foreign name led here.
    private static func isNumberOrLocal(_ host: String) -> Bool {
        if ListenAddress(host)?.ip != nil || IPText.bytes(of: host) != nil { return true }
        if host.hasPrefix("["), host.hasSuffix("]") {
            return IPText.bytes(of: String(host.dropFirst().dropLast())) != nil
        }
        return host.lowercased() == "localhost" || host.lowercased().hasPrefix("localhost:")
    }

    private func page(
        _ audience: Audience, _ path: String, _ format: String?, _ accept: String?
    ) -> PageAnswer? {
        switch (path, audience) {
        case ("/healthz", _): .plain(200, "ok")
        case ("/readyz", _): readiness
        case ("/metrics", _): Self.metrics(desk, ExpositionFormat.chosen(accept: accept))
        case ("/version", .operators): .json(desk.build)
        case ("/routes", .operators): routes(format, accept)
        default: nil
        }
    }

    /// Ready once every worker serves a snapshot, until the end is wished for.
    private var readiness: PageAnswer {
        if desk.board.isDraining { return .plain(503, "draining") }
        let served = desk.sheets().map(\.servedVersion).min() ?? 0
        if served == 0 { return .plain(503, "no table is served yet") }
        // Whoever is told that we are ready connects at once.
        guard desk.areListenersOpen() else { return .plain(503, "no listener is open yet") }
        let reason =
            desk.board.refusal ?? desk.board.heldBack
            ?? desk.board.lag(served: served, at: .now)
        return reason.map { .plain(503, $0) } ?? .plain(200, "ready")
    }

    private static func metrics(_ desk: Desk, _ format: ExpositionFormat) -> PageAnswer {
        let page = MetricsPage(
            report: desk.board.report, sheets: desk.sheets(), listeners: desk.listeners(),
            reasons: desk.reasons, glitches: desk.glitches, patternFaults: desk.patternFaults,
            lostLines: desk.lostLines(), cluster: desk.cluster(),
            memory: desk.memory(), build: desk.build, process: ProcessFacts())
        return PageAnswer(
            code: 200, contentType: format.contentType, text: page.text(format))
    }

    private func routes(_ format: String?, _ accept: String?) -> PageAnswer {
        let page = RoutesPage(desk.board.report, desk.sheets())
        let isText =
            format == "text" || format == nil && accept?.hasPrefix("text/plain") == true
        guard isText else { return .json(page) }
        return PageAnswer(code: 200, contentType: "text/plain; charset=utf-8", text: page.text)
    }
}
