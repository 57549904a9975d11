internal import Routing

/// Compiles one Route, or the Route that a Service implies (§1.4), into a program.
struct RouteProgram {
    private let key: ObjectKey
    private let object: ManifestObject
    /// The Route's, with what the Service adds.
    private let meta: ObjectMeta
    private let traffic: [TrafficTarget]
    private let choices: GatewayChoices
    private let previous: Program?
    private let input: RolloutShares.Input

    /// Nil when there is neither Route nor Service.
    ///
    /// `previous` gives the last good shares.
    static func make(
        _ key: ObjectKey, _ previous: Program?, _ input: RolloutShares.Input,
        _ lookup: inout Lookup
    ) -> Program? {
        let route = lookup.object(.route, key.namespace, key.name)
        let service = lookup.object(.service, key.namespace, key.name)
        if let route, case .route(let content) = route.content {
            return RouteProgram(
                key: key, object: route, meta: route.meta, traffic: content.traffic,
                choices: content.choices, previous: previous, input: input
            ).program(&lookup)
        }
        if let service, case .service(let content) = service.content {
            var meta = service.meta
            meta.labels[KnownName.serviceLabel] = key.name
            return RouteProgram(
                key: key, object: service, meta: meta,
                traffic: content.routeTraffic(named: key.name), choices: content.choices,
                previous: previous, input: input
            ).program(&lookup)
        }
        return nil
    }

    private func program(_ lookup: inout Lookup) -> Program {
        let resolution = Resolution(
            namespace: key.namespace, service: meta.labels[KnownName.serviceLabel],
            lastGood: previous?.output.lastGood ?? [])
        var resolved: [TargetName: ResolvedTarget] = [:]
        for name in traffic.map(TargetName.init) where resolved[name] == nil {
            resolved[name] = resolution.resolve(name, &lookup)
        }
        let groups = TrafficGroups(traffic, resolved)
        let rollout = RolloutShares(groups, meta, input, &lookup)
        let said = notices(resolved) + rolloutNotices(rollout.state, &lookup)
        do {
            let authority = try lookup.authority(choices, in: key.namespace)
            let (ingress, compiled) = try RouteCompiler.compile(
                meta, groups, rollout, choices, &lookup)
            let urls = Self.urls(compiled, &lookup)
            var output = Program.Output(ingress, authority: authority, &lookup)
            output.url = urls[""] ?? ""
            output.placeholders = compiled.map(\.label)
            output.keptKeys = keptKeys(groups, lookup.platform)
            output.lastGood = lastGood(resolved)
            output.rollout = rollout.state
            return Program(
                key: key, object: object, status: .served, output: output, notices: said,
                targets: targets(resolved, urls, rollout),
                topics: lookup.topics)
        } catch {
            var kept = previous?.output ?? Program.Output()
            kept.lastGood = lastGood(resolved)
            // What the store knows is newer than what was compiled: it has the pace too.
            kept.rollout = input.previous.map {
                Rollout(
                    configurations: $0.configurations, duration: rollout.state.duration,
                    isHeld: true)
            }
            return Program(
                key: key, object: object, refused: error, kept: kept, notices: said,
                targets: targets(resolved, [:], RolloutShares()),
                topics: lookup.topics)
        }
    }

    private func lastGood(_ resolved: [TargetName: ResolvedTarget]) -> [LastGoodTarget] {
        resolved.compactMap { name, target in
            guard target.failure == nil || target.isKept else { return nil }
            return LastGoodTarget(
                name: name,
                resolved: ResolvedTarget(revision: target.revision, isH2C: target.isH2C))
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
}

/// What is said of the targets.
extension RouteProgram {
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

    /// A revision that may be new takes everything, since nobody knows what was before it.
    private func rolloutNotices(_ state: Rollout, _ lookup: inout Lookup) -> [ObjectFault] {
        guard state.duration > 0, input.previous == nil else { return [] }
        return state.configurations.filter { $0.tag.isEmpty && $0.percent > 1 }.compactMap {
            entry in
            let name = NamespacedName(namespace: key.namespace, name: entry.configurationName)
            let others = lookup.revisions(of: name).filter { object in
                guard case .revision(let content) = object.content else { return false }
                return content.readiness == .ready
                    && object.key.name != entry.revisions[0].revisionName
            }
            guard !others.isEmpty else { return nil }
            return object.fault(
                field: "spec.traffic",
                wrong: "nothing is known of a rollout: revision "
                    + "\"\(entry.revisions[0].revisionName)\" takes over at once",
                right: "set state-dir to keep rollouts over restarts")
        }
    }

    private static func urls(
        _ groups: [RouteCompiler.Group], _ lookup: inout Lookup
    ) -> [String: String] {
        var urls: [String: String] = [:]
        for group in groups {
            guard let host = group.hosts.external else {
                urls[group.tag] = "http://\(group.hosts.local)"
                continue
            }
            let isSecure = lookup.hasCertificate(for: host)
            urls[group.tag] =
                "\(isSecure ? "https" : lookup.platform.network.externalScheme)://\(host)"
        }
        return urls
    }

    /// status.traffic (§1.6): equal entries add up, here latestRevision counts; a floating target
    /// that is underway is one entry for each of its revisions.
    private func targets(
        _ resolved: [TargetName: ResolvedTarget], _ urls: [String: String],
        _ rollout: RolloutShares
    ) -> [ProgramTarget] {
        var targets: [ProgramTarget] = []
        for (place, target) in traffic.enumerated() {
            guard let resolution = resolved[TargetName(target)] else { continue }
            for (resolution, percent) in shares(of: target, resolution, rollout) {
                let index = targets.firstIndex { other in
                    other.resolved.revision == resolution.revision
                        && traffic[other.place].isSame(as: target)
                }
                if let index {
                    targets[index].percent += percent
                } else {
                    targets.append(
                        ProgramTarget(
                            place: place, resolved: resolution, percent: percent,
                            url: target.tag.isEmpty ? "" : urls[target.tag] ?? ""))
                }
            }
        }
        return targets
    }

    private func shares(
        of target: TrafficTarget, _ resolution: ResolvedTarget, _ rollout: RolloutShares
    ) -> [(ResolvedTarget, Int64)] {
        let percent = target.percent ?? 0
        guard target.revisionName.isEmpty, percent > 0,
            let entry = rollout.state.entry(tag: "", configuration: target.configurationName),
            entry.isUnderway, entry.percent == percent
        else { return [(resolution, percent)] }
        return entry.revisions.map { share in
            var part = resolution
            part.revision = share.revisionName
            part.isH2C = rollout.isH2C[share.revisionName] ?? false
            return (part, share.percent)
        }
    }
}

extension TrafficTarget {
    /// §1.6: such entries are one, where they mean the same revision.
    fileprivate func isSame(as other: TrafficTarget) -> Bool {
        tag == other.tag && (latestRevision ?? false) == (other.latestRevision ?? false)
            && followed == other.followed
    }

    /// The Configuration whose latest revision it is; empty when pinned.
    private var followed: String { revisionName.isEmpty ? configurationName : "" }
}
