internal import Routing
internal import TLS

/// One Route's, Ingress's or DomainMapping's compiled form, with all that it depends on.
///
/// Immutable.
final class Program: Sendable {
    /// Of kind route, also for the Route that a Service implies, ingress or domainMapping.
    let key: ObjectKey
    /// The object that it was compiled from: of these kinds, or a Service.
    let object: ManifestObject
    let rank: Rank
    let status: ObjectStatus
    let output: Output
    let faults: [ObjectFault]
    let notices: [ObjectFault]
    let targets: [ProgramTarget]
    let topics: TopicMarks

    /// What is in force, which a version that is refused leaves as it was.
    struct Output: Sendable {
        /// Nil when nothing is served: superseded, of another class, or never right.
        var route: PackedRoute?
        /// The older version is in force while this one waits for what its shares need.
        var hold = Apart<Hold>.none
        /// Kept only where the options ask for it.
        var ingress = Apart<IngressManifest>.none
        /// Certificates that it names for its hosts.
        var tls: [IngressTLS] = []
        /// What the annotations `weir.dev/client-…` ask for; nil for nothing.
        var client = Apart<GatewayChoices.ClientChoice>.none
        /// Who vouches for clients; nil where no certificate is asked for.
        var authority: ClientAuthority?
        var url = ""
        /// Names of the Services that in-cluster clients know the Route and its tags by.
        var placeholders: [String] = []
        /// Destination sets of shares that are the last good ones.
        var keptKeys: Set<DestinationKey> = []
        var lastGood: [LastGoodTarget] = []
        /// Nil where nothing was ever known.
        var rollout: Rollout?

        init() {}

        /// What an Ingress compiles to.
        init(_ ingress: IngressManifest, authority: ClientAuthority?, _ lookup: inout Lookup) {
            let source = IngressCompiler.compile(ingress, &lookup)
            let packed = PackedRoute(source)
            lookup.compiled = (source, packed)
            route = packed
            if lookup.options.keepsIngresses { self.ingress = .one(ingress) }
            tls = ingress.spec.tls
            client = Apart(ingress.choices.client)
            self.authority = authority
        }
    }

    /// A version that waits.
    struct Hold: Hashable, Sendable {
        /// Until when, in nanoseconds since 1970.
        var until: Int64
        /// What it waits for, in words.
        var lacks: [String]
    }

    init(
        key: ObjectKey, object: ManifestObject, status: ObjectStatus, output: Output = Output(),
        faults: [ObjectFault] = [], notices: [ObjectFault] = [], targets: [ProgramTarget] = [],
        topics: TopicMarks
    ) {
        self.key = key
        self.object = object
        self.rank = object.rank
        self.status = status
        self.output = output
        self.faults = faults
        self.notices = notices
        self.targets = targets
        self.topics = topics.sealed()
    }

    /// Refused by compiling: what was in force before stays.
    convenience init(
        key: ObjectKey, object: ManifestObject, refused fault: CompileFault, kept: Output?,
        notices: [ObjectFault] = [], targets: [ProgramTarget] = [], topics: TopicMarks
    ) {
        let fault = object.fault(
            line: object.meta.line(of: fault.field), field: fault.field, wrong: fault.wrong,
            right: fault.right)
        self.init(
            key: key, object: object,
            status: kept?.route == nil ? .refused : .lastGoodKept, output: kept ?? Output(),
            faults: [fault], notices: notices, targets: targets, topics: topics)
    }

    var route: PackedRoute? { output.route }
    /// Decoded anew.
    var source: RouteSource? { output.route?.source }
    /// Whether anything of it is in the table.
    var isServed: Bool { output.route != nil }
    var ingress: IngressManifest? { output.ingress.value }

    /// Each host once, in the order of the rules.
    var hosts: [String] { source?.distinctHosts ?? [] }

    /// What it wants of the table: its hosts, and `*` for a rule without hosts.
    var claims: [String] { source?.claims ?? [] }

    /// Every destination set that a split names.
    var destinationKeys: Set<DestinationKey> { source?.destinationKeys ?? [] }

    /// Those that get a share of the traffic.
    var sharedKeys: Set<DestinationKey> { Self.sharedKeys(of: source) }

    /// Those of a source.
    static func sharedKeys(of source: RouteSource?) -> Set<DestinationKey> {
        let paths = (source?.rules ?? []).flatMap(\.paths)
        return Set(paths.flatMap(\.splits).filter { $0.share > 0 }.map(\.destinations))
    }

    /// What its object says of traffic; none for those that are no Route or Service.
    var traffic: [TrafficTarget] {
        switch object.content {
        case .route(let content): content.traffic
        case .service(let content): content.routeTraffic(named: key.name)
        default: []
        }
    }

    /// Its placeholder Services.
    var placeholderNames: [NamespacedName] {
        output.placeholders.map { NamespacedName(namespace: key.namespace, name: $0) }
    }

    /// Certificates that it names for its hosts.
    var tls: [IngressTLS] { isServed ? output.tls : [] }

    /// `Route default/hello`.
    var title: String { "\(object.key.kind.name) \(key.namespace)/\(key.name)" }
}

/// What a route asks of the tables around its own.
extension RouteSource {
    /// Each host once, in the order of the rules.
    var distinctHosts: [String] {
        var hosts = rules.flatMap(\.hosts)
        // Few are compared one by one.
        if hosts.count <= 16 {
            for index in hosts.indices.reversed()
            where hosts[..<index].contains(hosts[index]) {
                hosts.remove(at: index)
            }
            return hosts
        }
        var seen: Set<String> = []
        return hosts.filter { seen.insert($0).inserted }
    }

    /// Its hosts, and `*` for a rule without hosts.
    var claims: [String] {
        distinctHosts + (rules.contains { $0.hosts.isEmpty } ? ["*"] : [])
    }

    /// Every destination set that a split names.
    var destinationKeys: Set<DestinationKey> {
        var keys: Set<DestinationKey> = []
        var before: [PathSource] = []
        for rule in rules where !rule.paths.span.isIdentical(to: before.span) {
            before = rule.paths
            for path in rule.paths {
                for split in path.splits { keys.insert(split.destinations) }
                for rule in path.trafficRules {
                    for split in rule.splits { keys.insert(split.destinations) }
                }
            }
        }
        return keys
    }
}
