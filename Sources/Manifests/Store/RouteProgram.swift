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
        // A change of either leads here by itself: nothing is noted.
        let index = lookup.context.index
        if let route = index.object(key), case .route(let content) = route.content {
            return RouteProgram(
                key: key, object: route, meta: route.meta, traffic: content.traffic,
                choices: content.choices, previous: previous, input: input
            ).program(&lookup)
        }
        let service = index.object(ObjectKey(.service, key.namespace, key.name))
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
        let resolved = resolved(&lookup)
        let groups = TrafficGroups(traffic, resolved)
        let rollout = RolloutShares(groups, meta, input, &lookup)
        let said = notices(resolved) + rolloutNotices(rollout.state, &lookup)
        do {
            let authority = try lookup.authority(choices, in: key.namespace)
            let (ingress, compiled) = try RouteCompiler.compile(
                meta, groups, rollout, choices, &lookup)
            let urls = Self.urls(compiled, &lookup)
            var output = ProgramOutput(ingress, authority: authority, &lookup)
            output.scheme = urls.first?.scheme ?? ""
            output.hasPlaceholder = true
            output.tagLabels = compiled.dropFirst().map(\.label)
            output.keptKeys = keptKeys(groups, lookup.platform)
            output.lastGood = lastGood(resolved, rollout)
            output.rollout = rollout.state
            return Program(
                key: key, object: object, status: .served, output: output, notices: said,
                targets: targets(resolved, urls, rollout),
                topics: lookup.topics)
        } catch {
            var kept = previous?.output ?? ProgramOutput()
            kept.lastGood = lastGood(resolved, RolloutShares())
            // What the store knows is newer than what was compiled: it has the pace too.
            kept.rollout = input.previous.map {
                Rollout(
                    configurations: $0.configurations, duration: rollout.state.duration,
                    isHeld: true)
            }
            return Program(
                key: key, object: object, refused: error, kept: kept, notices: said,
                targets: targets(resolved, [], RolloutShares()),
                topics: lookup.topics)
        }
    }

    /// What each target means; those of one name mean the same.
    private func resolved(_ lookup: inout Lookup) -> [ResolvedTarget] {
        let resolution = Resolution(
            namespace: key.namespace, service: meta.labels[KnownName.serviceLabel],
            previous: previous)
        var names: [TargetName] = []
        names.reserveCapacity(traffic.count)
        var known: [TargetName: Int] = [:]
        var resolved: [ResolvedTarget] = []
        resolved.reserveCapacity(traffic.count)
        for target in traffic {
            let name = TargetName(target)
            // Few are compared one by one.
            let place = traffic.count <= 16 ? names.firstIndex(of: name) : known[name]
            if traffic.count > 16, place == nil { known[name] = names.count }
            names.append(name)
            resolved.append(place.map { resolved[$0] } ?? resolution.resolve(name, &lookup))
        }
        return resolved
    }

    /// Nil where the targets tell.
    private func lastGood(
        _ resolved: [ResolvedTarget], _ rollout: RolloutShares
    ) -> [LastGoodTarget]? {
        if resolved.allSatisfy({ $0.failure == nil }),
            !rollout.state.configurations.contains(where: \.isUnderway)
        {
            return nil
        }
        return zip(traffic, resolved).compactMap { target, resolved in
            guard resolved.failure == nil || resolved.isKept else { return nil }
            return LastGoodTarget(
                name: TargetName(target),
                resolved: ResolvedTarget(revision: resolved.revision, isH2C: resolved.isH2C))
        }
    }

    private func keptKeys(_ groups: TrafficGroups, _ platform: Platform) -> Set<DestinationKey> {
        var keys: Set<DestinationKey> = []
        for group in groups.groups {
            for member in group.members where member.resolved.isKept {
                keys.insert(
                    DestinationKey(
                        namespace: key.namespace, service: member.resolved.revision,
                        port: RouteCompiler.port(isH2C: member.resolved.isH2C, platform).text))
            }
        }
        return keys
    }
}

/// What is said of the targets.
extension RouteProgram {
    /// One notice for each target that does not resolve.
    private func notices(_ resolved: [ResolvedTarget]) -> [ObjectFault] {
        if resolved.allSatisfy({ $0.failure == nil }) { return [] }
        var said: Set<TargetName> = []
        return zip(traffic, resolved).compactMap { target, resolution in
            guard let failure = resolution.failure, said.insert(TargetName(target)).inserted
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

    /// How one group is reached.
    private struct GroupURL {
        var tag: String
        var scheme: String
        var host: String
    }

    /// In the order of the groups.
    private static func urls(
        _ groups: [RouteCompiler.Group], _ lookup: inout Lookup
    ) -> [GroupURL] {
        groups.map { group in
            guard let host = group.hosts.external else {
                return GroupURL(tag: group.tag, scheme: "http", host: group.hosts.local)
            }
            return GroupURL(tag: group.tag, scheme: lookup.scheme(of: host), host: host)
        }
    }

    /// status.traffic (§1.6); nil where it is plain.
    ///
    /// A floating target that is underway is one entry for each of its revisions.
    private func targets(
        _ resolved: [ResolvedTarget], _ urls: [GroupURL], _ rollout: RolloutShares
    ) -> [ProgramTarget]? {
        let isPlain =
            traffic.allSatisfy { !$0.revisionName.isEmpty && $0.tag.isEmpty }
            && resolved.allSatisfy { $0.failure == nil && !$0.isH2C }
        if isPlain { return nil }
        let tagged = Dictionary(
            uniqueKeysWithValues: urls.map { ($0.tag, "\($0.scheme)://\($0.host)") })
        var targets: [ProgramTarget] = []
        for (place, target) in traffic.enumerated() {
            for (resolution, percent) in shares(of: target, resolved[place], rollout) {
                targets.add(
                    resolution, percent, place, in: traffic,
                    url: target.tag.isEmpty ? "" : tagged[target.tag] ?? "")
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
