internal import Bytes
internal import HTTP
internal import Reactor
package import Routing
package import TLS
package import Telemetry

/// Explains requests by the data plane's own parser and matcher.
package struct ExplainDesk {
    private let snapshot: Snapshot
    private let certificates: CertificateSet
    private let sheets: [TallySheet]
    private let limits: HeadLimits
    private let matchLimit: UInt32

    /// For a table with its certificates and the numbers of the workers that serve it.
    ///
    /// The snapshot's builder must live as long, and reclaim nothing of it.
    package init(
        _ snapshot: Snapshot, _ certificates: CertificateSet, _ sheets: [TallySheet],
        allowsUnderscores: Bool, matchLimit: Int
    ) {
        self.snapshot = snapshot
        self.certificates = certificates
        self.sheets = sheets
        limits = HeadLimits(allowsUnderscores: allowsUnderscores)
        self.matchLimit = UInt32(matchLimit)
    }

    /// What would happen to the request; throws what refuses it before any route is asked.
    package func explain(
        _ request: ExplainRequest
    ) throws(ExplainRequest.Refusal) -> ExplainAnswer {
        let bytes = try request.head()
        var head = Head()
        var parser = RequestHeadParser()
        switch parser.parse(bytes.span, into: &head, limits: limits) {
        case .complete: break
        case .needsMore: throw .init("the request is not whole")
        case .refused(let fault):
            throw .init(
                "every listener refuses this: \(fault.status) \(fault.reason)",
                isByListeners: true)
        }
        var matcher = RegexMatcher(matchLimit: matchLimit)
        let explanation = RouteTable(snapshot).explain(
            head, bytes.span, for: request.asker, draws: sheets.map(\.draws),
            health: sheets.map(\.health), now: Clock.monotonic(), regex: &matcher)
        return ExplainAnswer(
            explanation: explanation,
            handshake: request.isTLS ? handshake(withHost: explanation.request.host) : nil)
    }

    /// What a TLS listener asks or misses for a host; nil for nothing.
    private func handshake(withHost host: String) -> String? {
        var name = host.lowercased()
        if let colon = name.lastIndex(of: ":"), !name.hasSuffix("]") {
            name = String(name[..<colon])
        }
        let bytes = Array(name.utf8)
        if certificates.certificate(for: bytes.span) == nil {
            return "no certificate has this name, the TLS handshake is refused"
        }
        if certificates.policy(ofHost: bytes.span) != 0 {
            return "the host asks its clients for a certificate, which is not looked at here"
        }
        return nil
    }
}
