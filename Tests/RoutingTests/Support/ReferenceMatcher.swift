import Routing

/// The matching rules of Knative §2.5 written plainly over the sources, to compare against.
struct ReferenceMatcher {
    /// In the order of priority.
    let routes: [RouteSource]

    enum Answer: Equatable {
        case noRoute
        case redirect(String)
        /// The route and the revisions of the matched path, in order, with the tag.
        case revisions(String, [String], tag: String)
    }

    func decide(_ request: Request) -> Answer {
        let seesAll = request.listener == .internal
        guard
            let (route, rules) = claim(request.host.lowercased(), seesAll) ?? claim("", seesAll)
        else { return .noRoute }
        var matched: (rule: RuleSource, path: PathSource)?
        for rule in rules {
            for path in rule.paths where matches(path, request) {
                let length = matched?.path.prefix.utf8.count ?? -1
                if path.prefix.utf8.count > length { matched = (rule, path) }
            }
        }
        guard let (rule, path) = matched else { return .noRoute }
        let isChallenge = request.path.hasPrefix("/.well-known/acme-challenge/")
        if rule.redirectsToHTTPS && !seesAll && !request.isTLS && !isChallenge {
            return .redirect(route.key)
        }
        return .revisions(route.key, path.splits.map(\.revision), tag: path.tag)
    }

    /// The first route with that host, if it has a rule that the listener sees.
    private func claim(_ host: String, _ seesAll: Bool) -> (RouteSource, [RuleSource])? {
        for route in routes {
            let rules = route.rules.filter {
                host.isEmpty ? $0.hosts.isEmpty : $0.hosts.contains(host)
            }
            guard !rules.isEmpty else { continue }
            let seen = rules.filter { seesAll || $0.isExternal }
            return seen.contains { !$0.paths.isEmpty } ? (route, seen) : nil
        }
        return nil
    }

    private func matches(_ path: PathSource, _ request: Request) -> Bool {
        request.path.utf8.starts(with: path.prefix.utf8)
            && path.conditions.allSatisfy { condition in
                let values = request.fields.filter {
                    $0.name.lowercased() == condition.name.lowercased()
                }
                guard !values.isEmpty else { return false }
                return condition.value.isEmpty
                    || values.map(\.value).joined(separator: ",") == condition.value
            }
    }
}
