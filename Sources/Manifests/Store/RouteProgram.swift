import Routing

/// Compiles one Route, or the Route that a Service implies (§1.4), into a program.
struct RouteProgram {
    private let key: ObjectKey
    private let object: ManifestObject
    /// The Route's, with what the Service adds.
    private let meta: ObjectMeta
    private let traffic: [TrafficTarget]
    private let previous: Program?

    /// Nil when there is neither Route nor Service.
    ///
    /// `previous` gives the last good shares.
    static func make(
        _ key: ObjectKey, _ previous: Program?, _ lookup: inout Lookup
    ) -> Program? {
        let route = lookup.object(.route, key.namespace, key.name)
        let service = lookup.object(.service, key.namespace, key.name)
        if let route, case .route(let content) = route.content {
            return RouteProgram(
                key: key, object: route, meta: route.meta, traffic: content.traffic,
                previous: previous
            ).program(&lookup)
        }
        if let service, case .service(let content) = service.content {
            var meta = service.meta
            meta.labels[KnownName.serviceLabel] = key.name
            return RouteProgram(
                key: key, object: service, meta: meta,
                traffic: content.routeTraffic(named: key.name), previous: previous
            ).program(&lookup)
        }
        return nil
    }

    private func program(_ lookup: inout Lookup) -> Program {
        let resolution = Resolution(
            namespace: key.namespace, service: meta.labels[KnownName.serviceLabel],
            lastGood: previous?.lastGood ?? [:])
        var resolved: [TargetName: ResolvedTarget] = [:]
        for name in traffic.map(TargetName.init) where resolved[name] == nil {
            resolved[name] = resolution.resolve(name, &lookup)
        }
        let groups = TrafficGroups(traffic, resolved)
        let good = lastGood(resolved)
        do {
            let (ingress, compiled) = try RouteCompiler.compile(meta, groups, &lookup)
            let urls = Self.urls(compiled, lookup.platform)
            return Program(
                key: key, object: object, source: IngressCompiler.compile(ingress),
                ingress: ingress, status: .served, notices: notices(resolved),
                targets: targets(resolved, urls, lookup.platform), url: urls[""] ?? "",
                lastGood: good, keptKeys: keptKeys(groups, lookup.platform),
                topics: lookup.topics)
        } catch {
            let fault = object.fault(
                line: meta.lines[error.field], field: error.field, wrong: error.wrong,
                right: error.right)
            return Program(
                key: key, object: object, source: previous?.source, ingress: previous?.ingress,
                status: previous?.source == nil ? .refused : .lastGoodKept, faults: [fault],
                notices: notices(resolved), targets: targets(resolved, [:], lookup.platform),
                url: previous?.url ?? "", lastGood: good, keptKeys: previous?.keptKeys ?? [],
                topics: lookup.topics)
        }
    }

    private func lastGood(
        _ resolved: [TargetName: ResolvedTarget]
    ) -> [TargetName: ResolvedTarget] {
        resolved.compactMapValues { target in
            guard target.failure == nil || target.isKept else { return nil }
            return ResolvedTarget(revision: target.revision, isH2C: target.isH2C)
        }
    }

    private func keptKeys(_ groups: TrafficGroups, _ platform: Platform) -> Set<DestinationKey> {
        var keys: Set<DestinationKey> = []
        for member in groups.groups.flatMap(\.members) where member.resolved.isKept {
            keys.insert(
                DestinationKey(
                    namespace: key.namespace, service: member.resolved.revision,
                    port: RouteCompiler.port(isH2C: member.resolved.isH2C, platform).text))
        }
        return keys
    }

    /// One notice for each target that does not resolve.
    private func notices(_ resolved: [TargetName: ResolvedTarget]) -> [ObjectFault] {
        var said: Set<TargetName> = []
        return traffic.compactMap { target in
            let name = TargetName(target)
            guard let resolution = resolved[name], let failure = resolution.failure,
                said.insert(name).inserted
            else { return nil }
            return object.fault(
                line: target.line, field: "spec.traffic",
                wrong: failure.message.last == "."
                    ? String(failure.message.dropLast()) : failure.message,
                right: resolution.isKept
                    ? "its last good share stays until it is there"
                    : "its share answers 503 until it is there")
        }
    }

    private static func urls(
        _ groups: [RouteCompiler.Group], _ platform: Platform
    ) -> [String: String] {
        var urls: [String: String] = [:]
        for group in groups {
            urls[group.tag] =
                group.hosts.external.map { "\(platform.network.externalScheme)://\($0)" }
                ?? "http://\(group.hosts.local)"
        }
        return urls
    }

    /// status.traffic (§1.6): equal entries add up, here latestRevision counts.
    private func targets(
        _ resolved: [TargetName: ResolvedTarget], _ urls: [String: String], _ platform: Platform
    ) -> [TargetReport] {
        var reports: [TargetReport] = []
        for target in traffic {
            guard let resolution = resolved[TargetName(target)] else { continue }
            let report = TargetReport(
                tag: target.tag, revision: resolution.revision,
                configuration: target.revisionName.isEmpty ? target.configurationName : "",
                isLatest: target.latestRevision ?? false, percent: target.percent ?? 0,
                url: target.tag.isEmpty ? "" : urls[target.tag] ?? "",
                reason: resolution.failure?.reason ?? "",
                message: resolution.failure?.message ?? "", isLastGood: resolution.isKept,
                destinations: DestinationKey(
                    namespace: key.namespace, service: resolution.revision,
                    port: resolution.failure != nil && !resolution.isKept
                        ? "" : RouteCompiler.port(isH2C: resolution.isH2C, platform).text))
            if let index = reports.firstIndex(where: { $0.isSameTarget(as: report) }) {
                reports[index].percent += report.percent
            } else {
                reports.append(report)
            }
        }
        return reports
    }
}
