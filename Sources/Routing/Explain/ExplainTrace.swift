internal import Bytes
internal import HTTP

/// Writes down what the matcher does; dry, so that nothing is drawn, issued or counted.
struct ExplainTrace: MatchTrace {
    static var isDry: Bool { true }

    /// What the explanation is asked about beside the head.
    struct Facts {
        let table: RouteTable
        let draws: [CounterCells]
        let health: [CounterCells]
        let now: UInt64
        let address: ClientAddress
        let decided: Decision?
    }

    let facts: Facts
    private(set) var hops: [Explanation.Hop] = []
    /// Why the last hop has several shares, of which nothing says which is taken; else nil.
    private(set) var openReason: DecisionReason?
    /// The edits that the present hop sees.
    private var edits = EditList.empty

    init(_ facts: Facts) { self.facts = facts }

    mutating func looksUp(
        _ host: Span<UInt8>, on listener: ListenerKind, under edits: EditList
    ) {
        self.edits = edits
        hops.append(
            Explanation.Hop(host: Disclosure.text(host), listener: "\(listener)"))
    }

    mutating func found(_ host: HostView?) {
        guard let host else { return }
        let namespace = Disclosure.text(host.route.text(at: Layout.Route.namespace))
        let name = Disclosure.text(host.route.text(at: Layout.Route.name))
        hops[hops.count - 1].route = "\(namespace)/\(name)"
        hops[hops.count - 1].isCatchAll = host.text.isEmpty
    }

    mutating func tried(
        _ path: PathView, _ verdict: PathVerdict, _ head: borrowing Head, _ bytes: Span<UInt8>
    ) {
        let conditions = (0..<path.conditionCount).map { path.conditionText($0) }
        let prefix = Disclosure.text(path.prefix)
        let failure: Explanation.Failure? =
            switch verdict {
            case .matches: nil
            case .otherPrefix:
                Explanation.Failure(
                    what: "path begins with \(prefix)",
                    was: Disclosure.text(bytes.extracting(head.path.range)))
            case .condition(let index), .gaveUp(let index, _):
                Explanation.Failure(
                    what: conditions[index],
                    was: path.found(for: index, head, bytes, under: edits))
            case .noAccess: noAccess
            }
        let hop = hops.count - 1
        hops[hop].paths.append(
            Explanation.Attempt(
                number: hops[hop].paths.count, prefix: prefix, tag: Disclosure.text(path.tag),
                conditions: conditions, isTaken: failure == nil, failure: failure))
    }

    mutating func tried(
        _ rule: RuleView, number: Int, _ verdict: PathVerdict, _ head: borrowing Head,
        _ bytes: Span<UInt8>
    ) {
        let conditions = (0..<rule.conditionCount).map { rule.condition($0).text }
        let failure: Explanation.Failure? =
            switch verdict {
            case .matches, .otherPrefix: nil
            case .condition(let index):
                Explanation.Failure(
                    what: conditions[index],
                    was: rule.condition(index).found(head, bytes, under: edits))
            case .gaveUp(let index, let why):
                Explanation.Failure(
                    what: conditions[index], was: "a search that gave up (\(why.name))")
            case .noAccess: noAccess
            }
        hops[hops.count - 1].rules.append(
            Explanation.Attempt(
                number: number, prefix: "", tag: Disclosure.text(rule.tag),
                conditions: conditions, isTaken: failure == nil, failure: failure))
    }

    private var noAccess: Explanation.Failure {
        Explanation.Failure(
            what: "client is in the access list", was: facts.address.text)
    }

    mutating func chooses(
        _ choice: Choice, for asker: Asker, _ head: borrowing Head, _ bytes: Span<UInt8>
    ) {
        let taken = presetShare(choice) ?? choice.certainShare
        openReason = taken == nil && choice.split.total > 0 ? choice.reason : nil
        hops[hops.count - 1].split = choice.told(taken, facts, asker, head, bytes)
    }

    /// The share that was decided on this hop.
    func presetShare(_ choice: Choice) -> Int? {
        guard let decided = facts.decided?.hop(hops.count - 1), decided.hasShare else {
            return nil
        }
        for index in 0..<choice.split.count where choice.split.share(index) == decided.share {
            return index
        }
        return nil
    }
}

extension Decision {
    /// The hop with that number, from the outside.
    fileprivate func hop(_ number: Int) -> Hop? {
        if number == innerHops { return hop }
        if number == 0 { return outer }
        return number == 1 && innerHops == 2 ? middle : nil
    }
}
