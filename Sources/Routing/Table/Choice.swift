internal import Bytes
internal import HTTP

/// The choice of a share on a matched path: among whose, why, and what is known of the client.
struct Choice {
    let path: PathView
    let isProbe: Bool
    private(set) var split: CountedSplit
    /// The place of the rule that decides, -1 when none does.
    private(set) var number = -1
    /// The share of an earlier decision for the same exchange.
    private(set) var kept: Int?
    /// Where the client's key stands.
    private(set) var placed: StickyPlace?
    /// A dry run found no key where a key would be issued.
    private(set) var lacksKey = false

    init(_ path: PathView, isProbe: Bool) {
        self.path = path
        self.isProbe = isProbe
        split = path.split
    }

    /// Clients are kept on their share: on the path itself, not where a rule decides.
    var isSticky: Bool { number < 0 && path.flags.contains(.isSticky) }

    /// What makes the choice.
    var reason: DecisionReason {
        if number >= 0 { return .rule }
        let reason = path.flags.reason
        if case .split = reason, placed != nil || lacksKey { return .sticky }
        return reason
    }

    var stickiness: Stickiness {
        guard isSticky, path.sticky.kind == .cookie else { return .none }
        return Stickiness(isByCookie: true, issued: placed?.issued)
    }

    // MARK: What is known

    /// A rule of the path decides.
    mutating func rule(_ number: Int) {
        self.number = number
        split = path.rule(number).split
    }

    /// Takes up an earlier decision for the exchange, where its share is still there.
    ///
    /// It may lie behind an inner hop; then that hop is taken again.
    mutating func keep(_ series: Handle?, in table: RouteTable) {
        guard let series else { return }
        kept = split.share(of: series)
        var index = 0
        while kept == nil && index < split.count {
            let set = table.destinations(of: split.share(index), in: path.route)
            if set.isInnerHop { kept = index }
            index += 1
        }
    }

    /// Looks for the client's key, and makes one where a cookie is wanted and may be issued.
    mutating func place(
        _ head: borrowing Head, _ bytes: Span<UInt8>, for asker: Asker, isDry: Bool,
        _ entropy: inout Entropy
    ) {
        if isProbe { return }
        let sticky = path.sticky
        switch sticky.kind {
        case .address:
            var hash = sticky.hash
            hash.append(asker.address)
            placed = StickyPlace(hash, issued: nil)
        case .header:
            placed = sticky.place(byField: head, bytes)
        case .cookie:
            let sent = HeadSearch.cookie(sticky.name, head, bytes)
                .flatMap { StickyKey(bytes.extracting($0)) }
            if let sent {
                placed = sticky.place(sent, isIssued: false)
            } else if let key = asker.provisionalKey {
                placed = sticky.place(key, isIssued: true)
            } else if isDry {
                lacksKey = true
            } else if kept == nil {
                let key = StickyKey(high: entropy.next(), low: entropy.next())
                placed = sticky.place(key, isIssued: true)
            }
        }
    }

    // MARK: The share

    /// The share that is taken, and counted where it is new; nil when no share has a weight.
    func share(_ draws: CounterCells, _ entropy: inout Entropy) -> Int? {
        if let kept { return kept }
        if isProbe { return split.drawUncounted(&entropy) }
        guard isSticky else { return split.draw(draws, &entropy) }
        // Clients do not come in the shares' proportion, so there is no sequence to keep, and
        // who has no key is drawn for by weight alone: else they would make up for the others.
        let taken =
            if let placed {
                path.sticky.share(owning: placed.position)
            } else {
                split.drawUncounted(&entropy)
            }
        if let taken { draws.add(split.cell(taken), 1) }
        return taken
    }

    /// The share that is taken whatever is drawn; nil when that is open.
    var certainShare: Int? {
        if let kept { return kept }
        if isSticky, let placed { return path.sticky.share(owning: placed.position) }
        var certain: Int?
        for index in 0..<split.count where split.weight(index) > 0 {
            if certain != nil { return nil }
            certain = index
        }
        return certain
    }
}

extension Hop {
    /// A path that was matched, without a share.
    init(_ path: PathView) {
        self.init(route: path.route, path: path.offset, rule: 0, share: 0)
    }

    /// A choice with its share, where one was taken.
    init(_ choice: Choice, share: Int?) {
        self.init(
            route: choice.path.route, path: choice.path.offset,
            rule: choice.number < 0 ? 0 : choice.path.rule(choice.number).offset,
            share: share.map { choice.split.share($0) } ?? 0)
    }
}
