internal import Routing
internal import TLS

/// One Route's, Ingress's or DomainMapping's compiled form, with all that it depends on.
///
/// Immutable.
final class Program: Keyed {
    /// Of kind route, also for the Route that a Service implies, ingress or domainMapping.
    let key: ObjectKey
    /// The object that it was compiled from: of these kinds, or a Service.
    let object: ManifestObject
    let status: ObjectStatus
    let output: ProgramOutput
    let faults: [ObjectFault]
    let notices: [ObjectFault]
    /// Nil where they are just what the object's own traffic says.
    private let givenTargets: [ProgramTarget]?
    let topics: TopicMarks

    init(
        key: ObjectKey, object: ManifestObject, status: ObjectStatus,
        output: ProgramOutput = ProgramOutput(),
        faults: [ObjectFault] = [], notices: [ObjectFault] = [], targets: [ProgramTarget]? = [],
        topics: TopicMarks
    ) {
        self.key = key
        self.object = object
        self.status = status
        self.output = output
        self.faults = faults
        self.notices = notices
        givenTargets = targets
        self.topics = topics.sealed()
    }

    var rank: Rank { object.rank }

    /// Ranks are the places of objects; a place may hold two while an older version is kept, so
    /// the key decides last.
    func isBefore(_ other: Program) -> Bool {
        if rank != other.rank { return rank < other.rank }
        return (key.kind.rawValue, key.namespace, key.name)
            < (other.key.kind.rawValue, other.key.namespace, other.key.name)
    }

    /// The entries of status.traffic.
    var targets: [ProgramTarget] { givenTargets ?? ProgramTarget.plain(traffic) }

    /// Refused by compiling: what was in force before stays.
    convenience init(
        key: ObjectKey, object: ManifestObject, refused fault: CompileFault, kept: ProgramOutput?,
        notices: [ObjectFault] = [], targets: [ProgramTarget]? = [], topics: TopicMarks
    ) {
        let fault = object.fault(
            line: object.meta.line(of: fault.field), field: fault.field, wrong: fault.wrong,
            right: fault.right)
        self.init(
            key: key, object: object,
            status: kept?.route == nil ? .refused : .lastGoodKept, output: kept ?? ProgramOutput(),
            faults: [fault], notices: notices, targets: targets, topics: topics)
    }

    var route: PackedRoute? { output.route }
    /// Decoded anew.
    var source: RouteSource? { output.route?.source }
    /// Whether anything of it is in the table.
    var isServed: Bool { output.route != nil }
    var ingress: IngressManifest? { output.ingress }

    /// Each host once, in the order of the rules.
    var hosts: [String] { source?.distinctHosts ?? [] }

    /// What it wants of the table: its hosts, and `*` for a rule without hosts.
    var claims: [String] { source?.claims ?? [] }

    /// Every destination set that a split names, each once.
    var destinationKeys: [DestinationKey] { source?.destinationKeys ?? [] }

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

    /// Names of the Services that in-cluster clients know the Route and its tags by.
    var placeholders: [String] { output.hasPlaceholder ? [key.name] + output.tagLabels : [] }

    /// What each target meant when it last resolved.
    var lastGood: [LastGoodTarget] {
        if let given = output.lastGood { return given }
        let traffic = traffic
        return targets.map {
            LastGoodTarget(name: TargetName(traffic[$0.place]), resolved: $0.resolved)
        }
    }

    /// How its default traffic is reached; empty where nothing says so.
    var url: String {
        guard !output.scheme.isEmpty, let host = source?.mainHost else { return "" }
        return "\(output.scheme)://\(host)"
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
        let hosts = distinctHosts
        let isCatchAll = rules.contains { $0.hosts.isEmpty } && !hosts.contains("*")
        return isCatchAll ? hosts + ["*"] : hosts
    }

    /// Of its default traffic: the public one, else the longest of those inside the cluster.
    fileprivate var mainHost: String? {
        let rule = rules.prefix(2).first(where: \.isExternal)
        return rule?.hosts.first ?? rules.first?.hosts.max { $0.utf8.count < $1.utf8.count }
    }

    /// Every destination set that a split names, each once.
    var destinationKeys: [DestinationKey] {
        var keys = Ordered<DestinationKey>()
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
        return keys.list
    }
}
