internal import Bytes
internal import HTTP
internal import Reactor
package import Routing
package import Telemetry

/// Explains requests by the data plane's own parser and matcher.
package struct ExplainDesk {
    private let snapshot: Snapshot
    private let sheets: [TallySheet]
    private let limits: HeadLimits
    private let matchLimit: UInt32

    /// For a table and the numbers of the workers that serve it.
    ///
    /// The snapshot's builder must live as long, and reclaim nothing of it.
    package init(
        _ snapshot: Snapshot, _ sheets: [TallySheet], allowsUnderscores: Bool, matchLimit: Int
    ) {
        self.snapshot = snapshot
        self.sheets = sheets
        limits = HeadLimits(allowsUnderscores: allowsUnderscores)
        self.matchLimit = UInt32(matchLimit)
    }

    /// What would happen to the request; throws what refuses it before any route is asked.
    package func explain(
        _ request: ExplainRequest
    ) throws(ExplainRequest.Refusal) -> Explanation {
        let bytes = try request.head()
        var head = Head()
        var parser = RequestHeadParser()
        switch parser.parse(bytes.span, into: &head, limits: limits) {
        case .complete: break
        case .needsMore: throw .init("the request is not whole")
        case .refused(let fault):
            throw .init("every listener refuses this: \(fault.status) \(fault.reason)")
        }
        var entropy = Entropy(seed: SystemEntropy.next())
        var matcher = RegexMatcher(matchLimit: matchLimit)
        return RouteTable(snapshot).explain(
            head, bytes.span, for: request.asker, draws: sheets.map(\.draws),
            health: sheets.map(\.health), now: Clock.monotonic(), entropy: &entropy,
            regex: &matcher)
    }
}
