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
    let targets: [TargetReport]
    let topics: Set<Topic>

    /// What is in force, which a version that is refused leaves as it was.
    struct Output: Sendable {
        /// Nil when nothing is served: superseded, of another class, or never right.
        var source: RouteSource?
        /// The older version is in force while this one waits for what its shares need.
        var hold: Hold?
        var ingress: IngressManifest?
        /// Who vouches for clients; nil where no certificate is asked for.
        var authority: ClientAuthority?
        var url = ""
        /// Names of the Services that in-cluster clients know the Route and its tags by.
        var placeholders: Set<String> = []
        /// Destination sets of shares that are the last good ones.
        var keptKeys: Set<DestinationKey> = []
        var lastGood: [TargetName: ResolvedTarget] = [:]
        /// Nil where nothing was ever known.
        var rollout: Rollout?
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
        faults: [ObjectFault] = [], notices: [ObjectFault] = [], targets: [TargetReport] = [],
        topics: Set<Topic>
    ) {
        self.key = key
        self.object = object
        self.rank = object.rank
        self.status = status
        self.output = output
        self.faults = faults
        self.notices = notices
        self.targets = targets
        self.topics = topics
    }

    /// Refused by compiling: what was in force before stays.
    convenience init(
        key: ObjectKey, object: ManifestObject, refused fault: CompileFault, kept: Output?,
        notices: [ObjectFault] = [], targets: [TargetReport] = [], topics: Set<Topic>
    ) {
        let fault = object.fault(
            line: object.meta.lines[fault.field], field: fault.field, wrong: fault.wrong,
            right: fault.right)
        self.init(
            key: key, object: object,
            status: kept?.source == nil ? .refused : .lastGoodKept, output: kept ?? Output(),
            faults: [fault], notices: notices, targets: targets, topics: topics)
    }

    var source: RouteSource? { output.source }
    var ingress: IngressManifest? { output.ingress }

    /// Each host once, in the order of the rules.
    var hosts: [String] {
        var seen: Set<String> = []
        return (source?.rules ?? []).flatMap(\.hosts).filter { seen.insert($0).inserted }
    }

    /// What it wants of the table: its hosts, and `*` for a rule without hosts.
    var claims: [String] {
        hosts + (source?.rules.contains { $0.hosts.isEmpty } == true ? ["*"] : [])
    }

    /// Every destination set that a split names.
    var destinationKeys: Set<DestinationKey> {
        var keys: Set<DestinationKey> = []
        for path in (source?.rules ?? []).flatMap(\.paths) {
            for split in path.splits { keys.insert(split.destinations) }
            for split in path.trafficRules.flatMap(\.splits) { keys.insert(split.destinations) }
        }
        return keys
    }

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
        case .service(let content): content.traffic
        default: []
        }
    }

    /// Its placeholder Services.
    var placeholderNames: [NamespacedName] {
        output.placeholders.map { NamespacedName(namespace: key.namespace, name: $0) }
    }

    /// Certificates that it names for its hosts.
    var tls: [IngressTLS] { source == nil ? [] : ingress?.spec.tls ?? [] }

    /// `Route default/hello`.
    var title: String { "\(object.key.kind.name) \(key.namespace)/\(key.name)" }
}
