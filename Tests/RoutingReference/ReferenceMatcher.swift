package import Routing

/// The order of a decision written plainly over the sources, to compare against.
package struct ReferenceMatcher {
    /// In the order of priority.
    package let routes: [RouteSource]
    package let destinations: [DestinationSource]

    package init(routes: [RouteSource], destinations: [DestinationSource]) {
        self.routes = routes
        self.destinations = destinations
    }

    /// What a request may come to; where a share is drawn there are several.
    package struct Outcome: Hashable {
        package var kind: Decision.Kind
        package var route = ""
        package var revision = ""
        package var tag = ""
        package var reason = DecisionReason.none
        package var rule = -1
        package var bucket = UInt32.max
        package var ports: [UInt16] = []
        package var edits: [String: String] = [:]
    }

    /// The request as one hop sees it.
    private struct View {
        let request: Request
        var host: String
        var isInternal: Bool
        var hops = 0
        /// By the name in lower case.
        var edits: [String: String] = [:]
    }

    package func outcomes(_ request: Request) -> [Outcome] {
        outcomes(
            View(request: request, host: request.host, isInternal: request.listener == .internal))
    }

    private func outcomes(_ view: View) -> [Outcome] {
        guard let (route, rules) = claim(view.host.lowercased(), view) ?? claim("", view) else {
            return [Outcome(kind: .noRoute)]
        }
        var matched: (rule: RuleSource, path: PathSource)?
        for rule in rules {
            for path in rule.paths where matches(path, view) {
                let length = matched?.path.prefix.utf8.count ?? -1
                if path.prefix.utf8.count > length { matched = (rule, path) }
            }
        }
        guard let (rule, path) = matched else { return [Outcome(kind: .noRoute)] }
        let request = view.request
        let isChallenge =
            request.path.wholeMatch(of: #/\/\.well-known\/acme-challenge\/[A-Za-z0-9_-]+/#) != nil
        if rule.redirectsToHTTPS && !view.isInternal && !request.isTLS && !isChallenge {
            return [Outcome(kind: .redirect, route: route.key, tag: path.tag)]
        }
        var outcome = Outcome(kind: .toRevision, route: route.key, tag: path.tag)
        outcome.reason = path.conditions.isEmpty ? (path.tag.isEmpty ? .split : .tag) : .header
        var (splits, edits) = (path.splits, path.edits)
        let number = path.trafficRules.firstIndex { applies($0, view) }
        if let number {
            let rule = path.trafficRules[number]
            outcome.rule = number
            outcome.reason = .rule
            outcome.tag = rule.tag
            (splits, edits) = (rule.splits, rule.edits)
        } else if let sticky = path.sticky, let key = key(sticky, view) {
            outcome.bucket = ReferenceHash.position(salt: sticky.salt, key: key)
            if outcome.reason == .split { outcome.reason = .sticky }
            splits = owner(of: outcome.bucket, splits, sticky).map { [$0] } ?? []
        }
        if splits.count > 1 { splits.removeAll { $0.share == 0 } }
        if splits.isEmpty {
            outcome.kind = .noDestination
            outcome.reason = .none
            return [outcome]
        }
        return splits.flatMap { follow($0, edits, path, outcome, view) }
    }

    /// Where a share leads, inner hops included.
    private func follow(
        _ share: SplitSource, _ edits: [FieldEdit], _ path: PathSource, _ outcome: Outcome,
        _ view: View
    ) -> [Outcome] {
        var next = view
        for edit in share.edits + edits { next.edits[edit.name.lowercased()] = edit.value }
        var outcome = outcome
        outcome.revision = share.revision
        outcome.edits = next.edits
        let set = destinations.first { $0.key == share.destinations }
        if set?.isInnerHop == true {
            next.hops += 1
            next.isInternal = true
            next.host = path.rewriteHost ?? view.host
            if next.hops <= RouteTable.innerHopsMax { return outcomes(next) }
            outcome.kind = .loop
            return [outcome]
        }
        var addresses: [AddressSource] = []
        for address in set?.addresses ?? [] where !addresses.contains(address) {
            addresses.append(address)
        }
        outcome.ports = addresses.map(\.port)
        if addresses.isEmpty { outcome.kind = .noDestination }
        return [outcome]
    }

    // MARK: Steps

    /// The first route with that host, if it has a rule that the listener sees.
    private func claim(_ host: String, _ view: View) -> (RouteSource, [RuleSource])? {
        for route in routes {
            let rules = route.rules.filter {
                host.isEmpty ? $0.hosts.isEmpty : $0.hosts.contains(host)
            }
            guard !rules.isEmpty else { continue }
            let seen = rules.filter { view.isInternal || $0.isExternal }
            return seen.contains { !$0.paths.isEmpty } ? (route, seen) : nil
        }
        return nil
    }

    private func matches(_ path: PathSource, _ view: View) -> Bool {
        view.request.path.utf8.starts(with: path.prefix.utf8)
            && path.conditions.allSatisfy { condition in
                guard let value = field(condition.name, view) else { return false }
                return condition.value.isEmpty || value == condition.value
            } && admits(path.access, view)
    }

    /// By the first byte, which is all that `Dice` lets differ.
    private func admits(_ access: [NetworkSource]?, _ view: View) -> Bool {
        let first = UInt8(view.request.address.high >> 56)
        return access?.contains { $0.ip[0] == first } ?? true
    }

    private func applies(_ rule: TrafficRule, _ view: View) -> Bool {
        admits(rule.access, view)
            && rule.conditions.allSatisfy { condition in
                guard let text = text(condition.subject, view) else { return false }
                return switch condition.test {
                case .present: true
                case .exact(let wanted): text == wanted
                case .oneOf(let wanted): wanted.contains(text)
                case .regex(let pattern): Dice.patterns[pattern]?(text) ?? false
                }
            }
    }

    private func text(_ subject: RuleCondition.Subject, _ view: View) -> String? {
        switch subject {
        case .path: view.request.path
        case .method: view.request.method
        case .header(let name): field(name, view)
        case .query(let name): parameter(name, view.request)
        case .cookie(let name): cookie(name, view.request)
        }
    }

    private func field(_ name: String, _ view: View) -> String? {
        if let edit = view.edits[name.lowercased()] { return edit }
        let values = view.request.fields.filter { $0.name.lowercased() == name.lowercased() }
        return values.isEmpty ? nil : values.map(\.value).joined(separator: ",")
    }

    private func parameter(_ name: String, _ request: Request) -> String? {
        for pair in request.query.dropFirst().split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts[0] == name { return parts.count > 1 ? String(parts[1]) : "" }
        }
        return nil
    }

    private func cookie(_ name: String, _ request: Request) -> String? {
        for field in request.fields where field.name.lowercased() == "cookie" {
            for pair in field.value.split(separator: "; ") where pair.hasPrefix(name + "=") {
                return String(pair.dropFirst(name.count + 1))
            }
        }
        return nil
    }

    private func key(_ sticky: StickySource, _ view: View) -> [UInt8]? {
        let request = view.request
        switch sticky.key {
        case .header(let name):
            let values = request.fields.filter { $0.name.lowercased() == name.lowercased() }
            return values.isEmpty ? nil : Array(values.map(\.value).joined(separator: ",").utf8)
        case .address: return (0..<4).map { request.address[$0] }
        case .cookie: return cookie("weir-split", request).map { Array($0.utf8) }
        }
    }

    private func owner(
        of position: UInt32, _ splits: [SplitSource], _ sticky: StickySource
    ) -> SplitSource? {
        if splits.count == 1 { return splits[0] }
        let total = splits.reduce(0) { $0 + UInt64($1.share) }
        var sum: UInt64 = 0
        for index in sticky.order where total > 0 {
            sum += UInt64(splits[index].share)
            if UInt64(position) < sum * 1_000_000 / total { return splits[index] }
        }
        return nil
    }
}

/// The hash that README describes, byte for byte.
package enum ReferenceHash {
    package static func position(salt: String, key: [UInt8]) -> UInt32 {
        var hash: UInt64 = 14_695_981_039_346_656_037
        for byte in Array(salt.utf8) + [0] + key {
            hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211
        }
        hash ^= hash >> 33
        hash = hash &* 0xff51_afd7_ed55_8ccd
        hash ^= hash >> 33
        hash = hash &* 0xc4ce_b9fe_1a85_ec53
        hash ^= hash >> 33
        return UInt32(hash.multipliedFullWidth(by: 1_000_000).high)
    }
}
