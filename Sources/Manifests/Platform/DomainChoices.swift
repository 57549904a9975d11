/// config-domain: which domain a Route's public hosts get (§1.7).
struct DomainChoices: Hashable, Sendable {
    struct Choice: Hashable, Sendable {
        var domain: String
        /// All must be on the Route.
        var selector: [String: String]
    }

    /// Sorted by domain.
    private(set) var choices: [Choice]

    init(defaultDomain: String) {
        choices = [Choice(domain: defaultDomain, selector: [:])]
    }

    init(_ data: Cursor, _ options: ManifestOptions, _ flaws: inout Flaws) {
        choices = []
        for (domain, value) in data.entries(&flaws) where domain != "_example" {
            if !DNSName.isFullyQualified(domain) && !DNSName.isLabel1123(domain) {
                flaws.refuse(value, "invalid domain name \"\(domain)\"", right: "write a domain")
            }
            choices.append(
                Choice(domain: domain, selector: Self.selector(value, &flaws)))
        }
        if !choices.contains(where: \.selector.isEmpty) {
            // As Serving has it: without a default, routes are local to the cluster.
            let local = "svc.\(options.clusterDomain)"
            flaws.warn(
                data, "names no default domain: routes without a match are \(local)",
                right: "add a domain with an empty value")
            choices.append(Choice(domain: local, selector: [:]))
        }
        choices.sort { $0.domain < $1.domain }
    }

    /// The value is YAML in a string: `selector: {label: value}`.
    private static func selector(_ value: Cursor, _ flaws: inout Flaws) -> [String: String] {
        let text = value.text(&flaws)
        do {
            guard let tree = try TreeParser.document(of: text) else { return [:] }
            var inner = Flaws()
            let root = Cursor(root: tree)
            let selector = root["selector"].textMap(&inner)
            for flaw in inner.errors {
                flaws.refuse(
                    Flaw(
                        line: value.line, field: "\(value.path).\(flaw.field)", wrong: flaw.wrong,
                        right: flaw.right))
            }
            return selector
        } catch {
            flaws.refuse(value, error.wrong, right: error.right)
            return [:]
        }
    }

    /// The most specific match wins, then the domain that sorts first.
    func domain(for labels: [String: String], _ localDomain: String) -> String {
        if labels[KnownName.visibilityLabel] == KnownName.clusterLocal { return localDomain }
        var best: Choice?
        for choice in choices
        where choice.selector.allSatisfy({ labels[$0.key] == $0.value })
            && choice.selector.count > (best?.selector.count ?? -1)
        {
            best = choice
        }
        return best?.domain ?? localDomain
    }
}
