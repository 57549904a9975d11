internal import Routing
internal import TLS

/// Route to Knative Ingress, as Serving's Route reconciler does it (§1.10).
struct RouteCompiler {
    private let meta: ObjectMeta
    private let context: LookupContext
    private let groups: TrafficGroups
    private let names: HostNames
    /// Of each group.
    private let placeholders: [Placeholder]
    private let rollout: RolloutShares
    private let choices: GatewayChoices

    /// A group's placeholder Service.
    private struct Placeholder {
        var name: String
        /// To the cluster.
        var isLocal: Bool
    }

    /// What one group compiles to.
    struct Group {
        var tag: String
        /// The placeholder Service's name.
        var label: String
        var isLocal: Bool
        var hosts: HostNames.Hosts
        var splits: [IngressSplit]
    }

    /// `meta` is the Route's; its labels and annotations go on to the Ingress.
    static func compile(
        _ meta: ObjectMeta, _ groups: TrafficGroups, _ rollout: RolloutShares,
        _ choices: GatewayChoices, _ lookup: inout Lookup
    ) throws(CompileFault) -> (ingress: IngressManifest, groups: [Group]) {
        lookup.dependsOnPlatform()
        let names = HostNames(context: lookup.context, meta: meta)
        var placeholders: [Placeholder] = []
        for (tag, _) in groups.groups {
            let label = try names.label(tag: tag)
            let placeholder = lookup.object(.coreService, meta.namespace, label)
            let visibility = placeholder?.meta.labels[KnownName.visibilityLabel]
            placeholders.append(
                Placeholder(name: label, isLocal: visibility == KnownName.clusterLocal))
        }
        let compiler = RouteCompiler(
            meta: meta, context: lookup.context, groups: groups, names: names,
            placeholders: placeholders, rollout: rollout, choices: choices)
        return try compiler.ingress()
    }

    private var platform: Platform { context.platform }

    private func ingress() throws(CompileFault) -> (IngressManifest, [Group]) {
        var compiled: [Group] = []
        for ((tag, members), placeholder) in zip(groups.groups, placeholders) {
            let isLocal = names.isRouteLocal || placeholder.isLocal
            let hosts = try names.hosts(label: placeholder.name, isLocal: isLocal)
            compiled.append(
                Group(
                    tag: tag, label: placeholder.name, isLocal: isLocal, hosts: hosts,
                    splits: members.flatMap { splits($0, tag: tag) }))
        }
        var spec = IngressSpec()
        spec.httpOption = try Self.httpOption(meta, platform)
        for group in compiled { spec.rules += rules(of: group, all: compiled) }
        var labels: [String: String] = [:]
        if context.options.keepsIngresses {
            labels = meta.labels
            labels[KnownName.routeLabel] = meta.name
            labels[KnownName.routeNamespaceLabel] = meta.namespace
        }
        // What only people read is not made where nobody keeps it, nor what no rule asks for.
        let ingress = IngressManifest(
            namespace: meta.namespace, name: Self.name(for: meta.name), routeName: meta.name,
            labels: labels,
            annotations: context.options.keepsIngresses ? annotations(compiled) : [:], spec: spec,
            tagsByHost: tagsByHost(compiled), choices: choices,
            revisionSplits: choices.rules.isEmpty ? [:] : revisionSplits)
        return (ingress, compiled)
    }

    private func rules(of group: Group, all: [Group]) -> [IngressRule] {
        let paths = paths(of: group, all: all)
        var rules = [
            IngressRule(
                hosts: names.expanded(local: group.hosts.local),
                visibility: IngressRule.clusterLocal, paths: paths)
        ]
        if let external = group.hosts.external {
            rules.append(
                IngressRule(hosts: [external], visibility: IngressRule.external, paths: paths))
        }
        return rules
    }

    private func paths(of group: Group, all: [Group]) -> [IngressPath] {
        var base = IngressPath()
        base.splits = group.splits
        guard platform.features.isTagHeaderRouting else { return [base] }
        guard group.tag.isEmpty else {
            base.appendHeaders = Self.field(KnownName.tagHeader, group.tag)
            return [base]
        }
        base.appendHeaders = Self.field(KnownName.defaultRouteHeader, "true")
        let tagged = all.filter { !$0.tag.isEmpty }.map { group in
            IngressPath(
                headers: Self.field(KnownName.tagHeader, group.tag), splits: group.splits)
        }
        return tagged + [base]
    }

    private static func field(_ name: String, _ value: String) -> HeaderFields {
        HeaderFields(ordered: [FieldEdit(name: name, value: value)])
    }

    /// None for a share of nothing: Serving leaves those out.
    private func splits(_ member: TrafficGroups.Member, tag: String) -> [IngressSplit] {
        guard member.percent != 0 else { return [] }
        guard let name = member.floating,
            let entry = rollout.state.entry(tag: tag, configuration: name), entry.isUnderway
        else { return [split(member.resolved, member.target, percent: member.percent)] }
        return entry.revisions.map { share in
            let resolved = ResolvedTarget(
                revision: share.revisionName, isH2C: rollout.isH2C[share.revisionName] ?? false)
            return split(resolved, member.target, percent: share.percent)
        }
    }

    private func split(
        _ resolved: ResolvedTarget, _ target: TargetName, percent: Int64
    ) -> IngressSplit {
        var split = IngressSplit()
        split.serviceNamespace = meta.namespace
        split.serviceName = resolved.revision
        split.isAbsent = resolved.failure != nil && !resolved.isKept
        if split.serviceName.isEmpty, case .configuration(let name) = target {
            // There is no revision to name; the share answers 503.
            split.serviceName = name
        }
        split.servicePort = Self.port(isH2C: resolved.isH2C, platform)
        split.percent = percent
        split.appendHeaders = HeaderFields(ordered: [
            FieldEdit(name: KnownName.namespaceHeader, value: meta.namespace),
            FieldEdit(name: KnownName.revisionHeader, value: split.serviceName),
        ])
        return split
    }

    /// All of the traffic to one revision, also to those at 0 %.
    ///
    /// Those that happen to be latest too: a pinned one may have been added to such a share.
    private var revisionSplits: [String: IngressSplit] {
        var splits: [String: IngressSplit] = [:]
        for member in groups.groups.flatMap(\.members) where !member.resolved.revision.isEmpty {
            splits[member.resolved.revision] = split(member.resolved, member.target, percent: 100)
        }
        return splits
    }

    /// What the annotation says, else the platform (§1.10).
    static func httpOption(
        _ meta: ObjectMeta, _ platform: Platform
    ) throws(CompileFault) -> String {
        let names = [KnownName.httpOption, KnownName.httpProtocol]
        guard let name = names.first(where: { meta.annotations[$0] != nil }),
            let value = meta.annotations[name]
        else { return platform.network.httpOption }
        switch value.lowercased() {
        case "enabled": return "Enabled"
        case "redirected": return "Redirected"
        default:
            throw CompileFault(
                field: "metadata.annotations.\(name)",
                wrong: "incorrect http-protocol annotation: \(value)",
                right: "write enabled or redirected")
        }
    }

    /// The port of a revision's public Service (§1.12).
    static func port(isH2C: Bool, _ platform: Platform) -> ServicePort {
        .number(platform.network.isSystemInternalTLS ? 443 : isH2C ? 81 : 80)
    }

    /// Kubernetes allows 63 characters: what is longer is cut and hashed.
    static func name(for route: String) -> String {
        guard route.utf8.count > 63 else { return route }
        let digest = Digest.md5(Array(route.utf8))
        return String(decoding: route.utf8.prefix(31), as: UTF8.self)
            + IngressHash.hexadecimal(digest)
    }
}

/// Annotations of the Ingress.
extension RouteCompiler {
    /// An object's own, with the class and without kubectl's.
    static func annotations(of meta: ObjectMeta, _ platform: Platform) -> [String: String] {
        var annotations = meta.annotations
        annotations[KnownName.lastApplied] = nil
        let own = annotations.removeValue(forKey: KnownName.ingressClassAlias)
        annotations[KnownName.ingressClass] =
            annotations[KnownName.ingressClass] ?? own ?? platform.network.ingressClass
        return annotations
    }

    private func annotations(_ compiled: [Group]) -> [String: String] {
        var annotations = Self.annotations(of: meta, platform)
        annotations[KnownName.rollout] = rollout.state.json
        if compiled.contains(where: { !$0.tag.isEmpty }) {
            annotations[KnownName.tagToHost] = tagToHost(compiled)
        }
        return annotations
    }

    private func tagsByHost(_ compiled: [Group]) -> [String: String] {
        var tags: [String: String] = [:]
        for group in compiled where !group.tag.isEmpty {
            tags[group.hosts.local] = group.tag
            if let external = group.hosts.external { tags[external] = group.tag }
        }
        return tags
    }

    private func tagToHost(_ compiled: [Group]) -> String {
        var hosts: [String: [String]] = [:]
        for group in compiled where !group.tag.isEmpty {
            hosts[group.tag] = [group.hosts.local] + (group.hosts.external.map { [$0] } ?? [])
        }
        var json = GoJSON()
        json.map(hosts) { $0.strings($1) }
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
