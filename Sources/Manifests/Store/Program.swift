import Routing

/// One Route's or Ingress's compiled form, with all that it depends on.
///
/// Immutable.
final class Program: Sendable {
    /// Of kind route, also for the Route that a Service implies, or ingress.
    let key: ObjectKey
    /// The object that it was compiled from: a Route, a Service or an Ingress.
    let object: ManifestObject
    let rank: Rank
    /// Nil when nothing is served: superseded, of another class, or never right.
    let source: RouteSource?
    let ingress: IngressManifest?
    let status: ObjectStatus
    let faults: [ObjectFault]
    let notices: [ObjectFault]
    let targets: [TargetReport]
    let url: String
    let lastGood: [TargetName: ResolvedTarget]
    /// Destination sets of shares that are the last good ones.
    let keptKeys: Set<DestinationKey>
    let topics: Set<Topic>

    init(
        key: ObjectKey, object: ManifestObject, source: RouteSource?,
        ingress: IngressManifest? = nil, status: ObjectStatus, faults: [ObjectFault] = [],
        notices: [ObjectFault] = [], targets: [TargetReport] = [], url: String = "",
        lastGood: [TargetName: ResolvedTarget] = [:], keptKeys: Set<DestinationKey> = [],
        topics: Set<Topic>
    ) {
        self.key = key
        self.object = object
        self.rank = object.rank
        self.source = source
        self.ingress = ingress
        self.status = status
        self.faults = faults
        self.notices = notices
        self.targets = targets
        self.url = url
        self.lastGood = lastGood
        self.keptKeys = keptKeys
        self.topics = topics
    }

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
        for rule in source?.rules ?? [] {
            for path in rule.paths {
                for split in path.splits { keys.insert(split.destinations) }
            }
        }
        return keys
    }

    /// `Route default/hello`.
    var title: String { "\(object.key.kind.name) \(key.namespace)/\(key.name)" }
}
