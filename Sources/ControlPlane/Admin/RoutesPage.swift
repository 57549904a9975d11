internal import Manifests
internal import Routing
package import Telemetry

/// What is served now: routes with their splits, destinations, and what every object came to.
package struct RoutesPage: Encodable {
    /// The newest version, and the one that every worker serves.
    package var version: UInt64
    package var servedVersion: UInt64
    package var routes: [RouteEntry]
    package var destinations: [DestinationEntry]
    package var certificates: [CertificateEntry]
    package var objects: [ObjectEntry]
    /// Everything that is wrong, as `file:line: field: …`.
    package var faults: [String]
    package var notices: [String]
    /// Hosts that two routes claim, and what the table did not take.
    package var conflicts: [String]
    package var refusals: [String]

    package init(_ report: TableReport, _ sheets: [TallySheet]) {
        version = report.version
        servedVersion = sheets.map(\.servedVersion).min() ?? 0
        let splits = Dictionary(
            grouping: SplitFacts.all(report.catalog.splits, sheets), by: \.entry.routeKey)
        let addresses = Dictionary(
            report.destinations.map { ($0.key, $0.addresses.map(\.text)) },
            uniquingKeysWith: { first, _ in first })
        routes = report.routes.map {
            RouteEntry($0, splits: splits[$0.key] ?? [], addresses: addresses)
        }
        destinations = report.destinations.map(DestinationEntry.init).sorted { $0.name < $1.name }
        certificates =
            (report.compilation?.certificates ?? []).map {
                CertificateEntry($0.secret, $0.certificate, names: $0.names)
            }
            + (report.fallback.map { [CertificateEntry($0.secret, $0.certificate, names: [])] }
                ?? [])
        objects = report.compilation?.objects.map(ObjectEntry.init) ?? []
        for fault in report.refusalFaults {
            for index in objects.indices where objects[index].isMeant(by: fault) {
                objects[index].refuse(fault)
            }
        }
        faults = report.faults.map(\.description)
        notices = report.compilation?.notices.map(\.description) ?? []
        conflicts = report.conflicts.map {
            "\($0.host.isEmpty ? "*" : $0.host): \($0.winner) serves it, \($0.loser) does not"
        }
        refusals = report.refusals.map { "\($0.key): \($0.reason)" }
    }
}

extension RoutesPage {
    /// One route: its rules in their order.
    package struct RouteEntry: Encodable {
        package var namespace: String
        package var name: String
        package var rules: [RuleEntry]

        init(
            _ source: RouteSource, splits: [SplitFacts], addresses: [DestinationKey: [String]]
        ) {
            namespace = source.namespace
            name = source.name
            rules = source.rules.map {
                RuleEntry($0, splits: splits, addresses: addresses)
            }
        }
    }

    /// Hosts and their paths.
    package struct RuleEntry: Encodable {
        /// Empty means any host.
        package var hosts: [String]
        /// `external` rules are served by all listeners, `cluster-local` ones by internal ones.
        package var visibility: String
        package var paths: [PathEntry]

        init(_ rule: RuleSource, splits: [SplitFacts], addresses: [DestinationKey: [String]]) {
            hosts = rule.hosts
            visibility = rule.isExternal ? "external" : "cluster-local"
            paths = rule.paths.map { PathEntry($0, splits: splits, addresses: addresses) }
        }
    }

    /// A path prefix with its conditions and its split.
    package struct PathEntry: Encodable {
        package var prefix: String
        /// `name: value`; an empty value means that the field must be there.
        package var conditions: [String]
        /// Empty for the default split.
        package var tag: String
        package var rewriteHost: String?
        /// Networks whose clients have the path; left out when all do.
        package var access: [String]?
        /// Tried in order before the split; left out when there are none.
        package var rules: [TrafficRuleEntry]?
        /// What keeps a client on its share: `cookie`, `header:NAME` or `client-ip`.
        package var sticky: String?
        package var split: [ShareEntry]

        init(_ path: PathSource, splits: [SplitFacts], addresses: [DestinationKey: [String]]) {
            prefix = path.prefix
            conditions = path.conditions.map { "\($0.name): \($0.value)" }
            tag = path.tag
            rewriteHost = path.rewriteHost
            access = path.access.map(Self.texts)
            rules = path.trafficRules.isEmpty ? nil : path.trafficRules.map(TrafficRuleEntry.init)
            sticky = path.sticky.map(Self.text)
            // A path's split is counted once for the rules that share it.
            let facts = splits.first {
                $0.entry.prefix == path.prefix && $0.entry.tag == path.tag
                    && $0.entry.shares.elementsEqual(path.splits) { counted, given in
                        counted.revision == given.revision && counted.share == given.share
                    }
            }
            split = path.splits.enumerated().map { index, share in
                ShareEntry(
                    share, facts: facts?.shares[index], addresses: addresses[share.destinations])
            }
        }
    }

    /// One revision's part of a split.
    package struct ShareEntry: Encodable {
        package var revision: String
        /// Ratios, 0 to 1; observed since the split last changed, left out before a request.
        package var desired: Double
        package var observed: Double?
        package var requests: UInt64
        /// `namespace/service:port`, and the addresses behind it.
        package var destination: String
        package var addresses: [String]

        init(_ share: SplitSource, facts: SplitFacts.Share?, addresses: [String]?) {
            revision = share.revision
            desired = Double(share.share) / Double(Share.whole)
            observed = facts?.observed
            requests = facts?.requests ?? 0
            destination = share.destinations.text
            self.addresses = addresses ?? []
        }
    }

    /// A destination set.
    package struct DestinationEntry: Encodable {
        package var name: String
        package var upstreamProtocol: String
        package var addresses: [String]

        init(_ source: DestinationSource) {
            name = source.key.text
            let spoken = source.protocolToUpstream
            let isPlain = source.tls == nil
            upstreamProtocol =
                isPlain && spoken == .http1 ? "http1" : spoken.name(overTLS: !isPlain)
            addresses = source.addresses.map(\.text)
        }
    }

    /// A loaded object and what it came to.
    package struct ObjectEntry: Encodable {
        package var kind: String
        package var namespace: String
        package var name: String
        /// `file:line`.
        package var place: String
        package var status: String
        package var faults: [String]
        package var hosts: [String]
        /// What a Route or Service would have as `status.url` and `status.traffic`.
        package var url: String?
        package var traffic: [TargetEntry]

        init(_ report: ObjectReport) {
            kind = report.kind
            namespace = report.namespace
            name = report.name
            place = "\(report.file):\(report.line)"
            status = report.status.description
            faults = report.faults.map(\.description)
            hosts = report.hosts
            url = report.url.isEmpty ? nil : report.url
            traffic = report.targets.map(TargetEntry.init)
        }

        fileprivate func isMeant(by fault: ObjectFault) -> Bool {
            kind == fault.kind && namespace == fault.namespace && name == fault.name
                && place == "\(fault.file):\(fault.line)"
        }

        /// The table does not take it.
        fileprivate mutating func refuse(_ fault: ObjectFault) {
            status = ObjectStatus.refused.description
            faults.append(fault.description)
        }
    }

    /// One entry of `status.traffic`, and how it stands.
    package struct TargetEntry: Encodable {
        package var tag: String?
        package var revision: String
        package var isLatest: Bool
        package var percent: Int64
        package var url: String?
        /// Why it does not resolve (§1.5), or has no address; left out when all is well.
        package var reason: String?
        package var message: String?
        /// Its last good share stays in force.
        package var isLastGood: Bool
        package var addressCount: Int

        init(_ report: TargetReport) {
            tag = report.tag.isEmpty ? nil : report.tag
            revision = report.revision
            isLatest = report.isLatest
            percent = report.percent
            url = report.url.isEmpty ? nil : report.url
            let why = report.reason.isEmpty ? report.addressReason : report.reason
            reason = why.isEmpty ? nil : why
            message = report.message.isEmpty ? nil : report.message
            isLastGood = report.isLastGood
            addressCount = report.addressCount
        }
    }
}

extension DestinationKey {
    fileprivate var text: String { "\(namespace)/\(service):\(port)" }
}

extension AddressSource {
    fileprivate var text: String { ListenAddress(ip: ip, port: port).description }
}
