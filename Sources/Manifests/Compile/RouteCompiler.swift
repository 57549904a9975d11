internal import TLS

/// Route to Knative Ingress, as Serving's Route reconciler does it (§1.10).
struct RouteCompiler {
    private let meta: ObjectMeta
    private let platform: Platform
    private let groups: TrafficGroups
    private let names: HostNames
    /// Visibility of each group's placeholder Service.
    private let localTags: Set<String>

    /// What one group compiles to.
    struct Group {
        var tag: String
        var isLocal: Bool
        var hosts: HostNames.Hosts
        var splits: [IngressSplit]
    }

    /// `meta` is the Route's; its labels and annotations go on to the Ingress.
    static func compile(
        _ meta: ObjectMeta, _ groups: TrafficGroups, _ lookup: inout Lookup
    ) throws(TemplateFault) -> (ingress: IngressManifest, groups: [Group]) {
        lookup.dependsOnPlatform()
        let names = HostNames(platform: lookup.platform, meta: meta)
        var localTags: Set<String> = []
        for (tag, _) in groups.groups {
            let label = try names.label(tag: tag)
            let placeholder = lookup.object(.coreService, meta.namespace, label)
            if placeholder?.meta.labels[KnownName.visibilityLabel] == KnownName.clusterLocal {
                localTags.insert(tag)
            }
        }
        let compiler = RouteCompiler(
            meta: meta, platform: lookup.platform, groups: groups, names: names,
            localTags: localTags)
        return try compiler.ingress()
    }

    private func ingress() throws(TemplateFault) -> (IngressManifest, [Group]) {
        var compiled: [Group] = []
        for (tag, members) in groups.groups {
            let isLocal = names.isRouteLocal || localTags.contains(tag)
            let hosts = try names.hosts(label: try names.label(tag: tag), isLocal: isLocal)
            compiled.append(
                Group(
                    tag: tag, isLocal: isLocal, hosts: hosts,
                    splits: members.compactMap(split)))
        }
        var spec = IngressSpec()
        spec.httpOption = try httpOption()
        for group in compiled { spec.rules += rules(of: group, all: compiled) }
        var labels = meta.labels
        labels[KnownName.routeLabel] = meta.name
        labels[KnownName.routeNamespaceLabel] = meta.namespace
        let ingress = IngressManifest(
            namespace: meta.namespace, name: Self.name(for: meta.name), labels: labels,
            annotations: annotations(compiled), spec: spec, tagsByHost: tagsByHost(compiled))
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
            base.appendHeaders = [KnownName.tagHeader: group.tag]
            return [base]
        }
        base.appendHeaders = [KnownName.defaultRouteHeader: "true"]
        let tagged = all.filter { !$0.tag.isEmpty }.map { group in
            IngressPath(headers: [KnownName.tagHeader: group.tag], splits: group.splits)
        }
        return tagged + [base]
    }

    /// Nil for a share of nothing: Serving leaves those out.
    private func split(_ member: TrafficGroups.Member) -> IngressSplit? {
        guard member.percent != 0 else { return nil }
        var split = IngressSplit()
        split.serviceNamespace = meta.namespace
        split.serviceName = member.resolved.revision
        split.isAbsent = member.resolved.failure != nil && !member.resolved.isKept
        if split.serviceName.isEmpty, case .configuration(let name) = member.target {
            // There is no revision to name; the share answers 503.
            split.serviceName = name
        }
        split.servicePort = Self.port(isH2C: member.resolved.isH2C, platform)
        split.percent = member.percent
        split.appendHeaders = [
            KnownName.revisionHeader: split.serviceName,
            KnownName.namespaceHeader: meta.namespace,
        ]
        return split
    }

    private func httpOption() throws(TemplateFault) -> String {
        let names = [KnownName.httpOption, KnownName.httpProtocol]
        guard let name = names.first(where: { meta.annotations[$0] != nil }),
            let value = meta.annotations[name]
        else { return platform.network.httpOption }
        switch value.lowercased() {
        case "enabled": return "Enabled"
        case "redirected": return "Redirected"
        default:
            throw TemplateFault(
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
    private func annotations(_ compiled: [Group]) -> [String: String] {
        var annotations = meta.annotations
        annotations[KnownName.lastApplied] = nil
        let own = annotations.removeValue(forKey: KnownName.ingressClassAlias)
        annotations[KnownName.ingressClass] =
            annotations[KnownName.ingressClass] ?? own ?? platform.network.ingressClass
        annotations[KnownName.rollout] = rollout()
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

    /// The state of a rollout that is done: floating targets with their one revision (§1.9).
    private func rollout() -> String {
        var json = GoJSON()
        let floating = groups.groups.flatMap { tag, members in
            members.compactMap { member in
                member.floating.map { (tag: tag, configuration: $0, member: member) }
            }
        }.sorted { ($0.tag, $0.configuration) < ($1.tag, $1.configuration) }
        json.object { fields in
            if floating.isEmpty { return }
            fields.field("configurations") { json in
                json.list(floating) { json, item in
                    Self.write(item.member, item.configuration, item.tag, &json)
                }
            }
        }
        return String(decoding: json.bytes, as: UTF8.self)
    }

    private static func write(
        _ member: TrafficGroups.Member, _ configuration: String, _ tag: String,
        _ json: inout GoJSON
    ) {
        json.object { fields in
            fields.field("configurationName") { $0.string(configuration) }
            fields.optional("tag", tag)
            fields.field("percent") { $0.number(member.percent) }
            fields.field("revisions") { json in
                json.list([member]) { json, member in
                    json.object { fields in
                        fields.field("revisionName") { $0.string(member.resolved.revision) }
                        fields.field("percent") { $0.number(member.percent) }
                    }
                }
            }
            fields.field("stepParams") { $0.raw("{}") }
        }
    }
}
