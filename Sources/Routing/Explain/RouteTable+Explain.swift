package import Bytes
package import HTTP

extension RouteTable {
    /// What `decide` would do with the head, without drawing or counting.
    ///
    /// - Parameters:
    ///   - draws: Each worker's counts.
    ///   - health: Each worker's view of destinations, by their handle: a value above `now` leaves
    ///     the destination aside until then, in monotonic nanoseconds.
    ///   - now: Monotonic nanoseconds.
    ///   - decided: What was decided on this head by this table, when it was; nil leaves a draw
    ///     open.
    package func explain(
        _ head: borrowing Head, _ bytes: Span<UInt8>, for asker: Asker, draws: [CounterCells],
        health: [CounterCells], now: UInt64, regex: inout RegexMatcher, decided: Decision? = nil
    ) -> Explanation {
        var asker = asker
        if let issued = decided?.stickiness.issued { asker.provisionalKey = issued }
        let facts = ExplainTrace.Facts(
            table: self, draws: draws, health: health, now: now, address: asker.address,
            decided: decided)
        var trace = ExplainTrace(facts)
        // The matcher wants both; a dry run draws from neither.
        var entropy = Entropy(seed: 0)
        let uncounted = CounterCells(limit: 1)
        defer { uncounted.destroy() }
        let decision = walk(
            head, bytes, for: asker, entropy: &entropy, draws: uncounted, regex: &regex,
            preferring: nil, &trace)
        return Explanation(
            decision, trace,
            Explanation.Request(asker, head, bytes, isProbe: decision.isProbe))
    }
}

extension Explanation {
    fileprivate init(_ decision: Decision, _ trace: ExplainTrace, _ request: Request) {
        let facts = trace.facts
        tableVersion = facts.table.version
        isLive = facts.decided != nil
        self.request = request
        outcome = trace.openReason == nil ? Outcome(decision.kind) : .open
        reason = "\((trace.openReason ?? decision.reason).name)"
        namespace = Disclosure.text(decision.namespace)
        route = Disclosure.text(decision.routeName)
        tag = Disclosure.text(decision.tag)
        revision = decision.hasShare ? Disclosure.text(decision.revision) : nil
        rule = decision.rule < 0 ? nil : decision.rule
        hops = trace.hops
        destinations = facts.destinations(in: decision.destinationSet)
        let edits = decision.edits
        self.edits = (0..<edits.count).map { index in
            let name = Disclosure.text(edits[index].name)
            let value = Disclosure.value(Disclosure.text(edits[index].value), under: name)
            return Edit(name: name, value: value)
        }
        let host = decision.rewriteHost
        rewrittenHost = host.isEmpty ? nil : Disclosure.text(host)
    }
}

extension Explanation.Outcome {
    fileprivate init(_ kind: Decision.Kind) {
        self =
            switch kind {
            case .toRevision: .revision
            case .redirect: .redirect
            case .noRoute: .noRoute
            case .noDestination: .noDestination
            case .loop: .loop
            }
    }
}

extension Explanation.Request {
    fileprivate init(
        _ asker: Asker, _ head: borrowing Head, _ bytes: Span<UInt8>, isProbe: Bool
    ) {
        method = Disclosure.text(bytes.extracting(head.methodText.range))
        host = Disclosure.text(bytes.extracting(head.host.range))
        path = Disclosure.text(bytes.extracting(head.path.range))
        listener = "\(asker.listener)"
        isTLS = asker.isTLS
        client = asker.address.text
        self.isProbe = isProbe
    }
}
