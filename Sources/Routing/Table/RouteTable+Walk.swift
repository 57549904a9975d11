internal import Bytes
internal import HTTP

/// The matcher itself, for `decide` and `explain` alike.
extension RouteTable {
    /// Decides on the head's host, and further in as long as a hop leads there.
    func walk<Trace: MatchTrace & ~Copyable>(
        _ head: borrowing Head, _ bytes: Span<UInt8>, for asker: Asker,
        entropy: inout Entropy, draws: CounterCells, regex: inout RegexMatcher,
        preferring: Handle?, _ trace: inout Trace
    ) -> Decision {
        hop(
            bytes.extracting(head.host.range), head, bytes, for: asker, under: .empty, depth: 0,
            isProbe: head.isProbe(), entropy: &entropy, draws: draws, regex: &regex,
            preferring: preferring, &trace)
    }

    /// Decides on one host's paths.
    private func hop<Trace: MatchTrace & ~Copyable>(
        _ host: Span<UInt8>, _ head: borrowing Head, _ bytes: Span<UInt8>, for asker: Asker,
        under edits: EditList, depth: Int, isProbe: Bool, entropy: inout Entropy,
        draws: CounterCells, regex: inout RegexMatcher, preferring: Handle?,
        _ trace: inout Trace
    ) -> Decision {
        trace.looksUp(host, on: asker.listener, under: edits)
        guard let path = match(host, head, bytes, for: asker, under: edits, &trace) else {
            return Decision(.noRoute, .none, isProbe: isProbe)
        }
        let flags = path.flags
        if flags.contains(.redirects), asker.listener == .external, !asker.isTLS,
            !head.isChallenge(bytes)
        {
            return Decision(.redirect, Hop(path), isProbe: isProbe)
        }
        // Nearly every request: there is nothing to look at but the draw.
        let isPlain =
            !Trace.isDry && preferring == nil && flags.isDisjoint(with: [.hasRules, .isSticky])
        let decision =
            isPlain
            ? drawn(path, draws, isProbe: isProbe, &entropy)
            : chosen(
                path, head, bytes, for: asker, under: edits, isProbe: isProbe,
                entropy: &entropy, draws: draws, regex: &regex, preferring: preferring, &trace)
        if !decision.destinationSet.isInnerHop { return decision }
        return innerHop(
            behind: decision, host, head, bytes, for: asker, under: edits, depth: depth,
            entropy: &entropy, draws: draws, regex: &regex, preferring: preferring, &trace)
    }

    /// Decides as our internal listener would after the earlier hop: under its host and edits.
    ///
    /// Kept apart, as `chosen` is, so that what nearly every request takes stays small.
    @inline(never)
    private func innerHop<Trace: MatchTrace & ~Copyable>(
        behind earlier: Decision, _ host: Span<UInt8>, _ head: borrowing Head,
        _ bytes: Span<UInt8>, for asker: Asker, under edits: EditList, depth: Int,
        entropy: inout Entropy, draws: CounterCells, regex: inout RegexMatcher,
        preferring: Handle?, _ trace: inout Trace
    ) -> Decision {
        if depth == Self.innerHopsMax { return earlier.looped }
        var inside = asker
        inside.listener = .internal
        if let issued = earlier.stickiness.issued { inside.provisionalKey = issued }
        let rewritten = earlier.hop.rewriteHost
        return hop(
            rewritten.isEmpty ? host : rewritten.bytes, head, bytes, for: inside,
            under: depth == 0 ? earlier.hop.edits : edits.followed(by: earlier.hop.edits),
            depth: depth + 1, isProbe: earlier.isProbe, entropy: &entropy, draws: draws,
            regex: &regex, preferring: preferring, &trace
        ).behind(earlier)
    }

    /// Draws among a path's shares.
    @inline(__always)
    private func drawn(
        _ path: PathView, _ draws: CounterCells, isProbe: Bool, _ entropy: inout Entropy
    ) -> Decision {
        let split = path.split
        let drawn = isProbe ? split.drawUncounted(&entropy) : split.draw(draws, &entropy)
        guard let drawn else { return Decision(.noDestination, Hop(path), isProbe: isProbe) }
        let share = split.share(drawn)
        let set = destinations(of: share, in: path.route)
        let hop = Hop(route: path.route, path: path.offset, rule: 0, share: share)
        return Decision(
            set.leadsOn ? .toRevision : .noDestination, hop, set, isProbe: isProbe,
            reason: path.flags.reason)
    }

    /// Asks rules and the client's key before the draw.
    @inline(never)
    private func chosen<Trace: MatchTrace & ~Copyable>(
        _ path: PathView, _ head: borrowing Head, _ bytes: Span<UInt8>, for asker: Asker,
        under edits: EditList, isProbe: Bool, entropy: inout Entropy, draws: CounterCells,
        regex: inout RegexMatcher, preferring: Handle?, _ trace: inout Trace
    ) -> Decision {
        var choice = Choice(path, isProbe: isProbe)
        if path.flags.contains(.hasRules),
            let number = rule(of: path, head, bytes, for: asker, under: edits, &regex, &trace)
        {
            choice.rule(number)
        }
        choice.keep(preferring, in: self)
        if choice.isSticky {
            choice.place(head, bytes, for: asker, isDry: Trace.isDry, &entropy)
        }
        trace.chooses(choice, for: asker, head, bytes)
        let share =
            Trace.isDry
            ? trace.presetShare(choice) ?? choice.certainShare
            : choice.share(draws, &entropy)
        let set = share.map { destinations(of: choice.split.share($0), in: path.route) } ?? .empty
        return Decision(
            set.leadsOn ? .toRevision : .noDestination, Hop(choice, share: share), set,
            isProbe: choice.isProbe, reason: share == nil ? .none : choice.reason,
            rule: choice.number, bucket: choice.placed?.position ?? .max,
            stickiness: choice.stickiness)
    }

    // MARK: Steps

    /// The first path that matches, in the order of the host's list.
    private func match<Trace: MatchTrace & ~Copyable>(
        _ host: Span<UInt8>, _ head: borrowing Head, _ bytes: Span<UInt8>, for asker: Asker,
        under edits: EditList, _ trace: inout Trace
    ) -> PathView? {
        guard let (found, list) = paths(of: host, on: asker.listener) else {
            trace.found(nil)
            return nil
        }
        trace.found(found)
        let route = found.route
        for index in 0..<Int(route.load32(at: list + Layout.PathList.count)) {
            let path = PathView(
                route: route,
                offset: Int(route.load32(at: list + Layout.PathList.paths + 4 * index)))
            let verdict = path.verdict(head, bytes, under: edits, from: asker.address)
            trace.tried(path, verdict, head, bytes)
            if case .matches = verdict { return path }
        }
        return nil
    }

    /// The place of the first rule that applies.
    private func rule<Trace: MatchTrace & ~Copyable>(
        of path: PathView, _ head: borrowing Head, _ bytes: Span<UInt8>, for asker: Asker,
        under edits: EditList, _ regex: inout RegexMatcher, _ trace: inout Trace
    ) -> Int? {
        for number in 0..<path.ruleCount {
            let rule = path.rule(number)
            let verdict = rule.verdict(head, bytes, under: edits, from: asker.address, &regex)
            trace.tried(rule, number: number, verdict, head, bytes)
            if case .matches = verdict { return number }
        }
        return nil
    }
}

extension Head {
    /// Whether `K-Network-Probe` is there.
    fileprivate borrowing func isProbe() -> Bool {
        for index in 0..<fields.count {
            // A pattern, because `==` on an enum of another target is a call.
            if case .kNetworkProbe = fields[index].known { return true }
        }
        return false
    }

    /// Exempt from redirects, so that certificates can be issued (Knative §10 T10).
    ///
    /// Only a token may follow (RFC 8555 §8.3): dots and slashes could lead elsewhere behind us.
    fileprivate borrowing func isChallenge(_ bytes: Span<UInt8>) -> Bool {
        let prefix: StaticString = "/.well-known/acme-challenge/"
        let count = prefix.utf8CodeUnitCount
        let path = bytes.extracting(path.range)
        guard path.count > count, ByteScan.equal(path.extracting(first: count), prefix) else {
            return false
        }
        for index in count..<path.count
        where !ASCII.isPlainName(path[index]) && path[index] != UInt8(ascii: "_") {
            return false
        }
        return true
    }
}
