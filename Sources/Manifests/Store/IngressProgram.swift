internal import Routing

/// Compiles one Ingress that was loaded as such into a program.
enum IngressProgram {
    /// Nil when there is no such Ingress.
    ///
    /// `previous` stays in force where this version is refused, and for a while where something that
    /// its shares need is not there yet; `now` is in nanoseconds since 1970.
    static func make(
        _ key: ObjectKey, _ previous: Program?, at now: Int64?, _ lookup: inout Lookup
    ) -> Program? {
        guard let object = lookup.object(.ingress, key.namespace, key.name),
            case .ingress(let content) = object.content
        else { return nil }
        let ownClass = object.meta.annotations[KnownName.ingressClass] ?? ""
        if let wanted = lookup.context.options.ingressClass, ownClass != wanted {
            return Program(
                key: key, object: object, status: .otherClass(ownClass), topics: lookup.topics)
        }
        if let owner = owner(of: object, &lookup) {
            return Program(
                key: key, object: object, status: .superseded(by: owner), topics: lookup.topics)
        }
        var ingress = IngressManifest(
            namespace: key.namespace, name: key.name,
            routeName: object.meta.labels[KnownName.routeLabel] ?? key.name,
            labels: object.meta.labels,
            annotations: object.meta.annotations, spec: content.spec,
            tagsByHost: content.tagsByHost, choices: content.choices)
        ingress.revisionSplits = revisionSplits(content.spec)
        do {
            let authority = try lookup.authority(content.choices, in: key.namespace)
            var output = ProgramOutput(ingress, authority: authority, &lookup)
            if let now, let kept = held(output, previous, at: now, &lookup) { output = kept }
            let notices = CertificateNotices.missing(ingress, object, &lookup)
            return Program(
                key: key, object: object, status: .served, output: output, notices: notices,
                topics: lookup.topics)
        } catch {
            var kept = previous?.output
            kept?.hold = nil
            return Program(
                key: key, object: object, refused: error, kept: kept, topics: lookup.topics)
        }
    }

    /// What stays in force while a new version waits; nil when it does not.
    private static func held(
        _ output: ProgramOutput, _ previous: Program?, at now: Int64, _ lookup: inout Lookup
    ) -> ProgramOutput? {
        let patience = lookup.context.options.patience
        guard patience > 0, let previous,
            var kept = previous.output.route.map({ _ in previous.output }),
            kept.route != output.route
        else { return nil }
        let until = kept.hold?.until ?? now + patience
        guard now < until else { return nil }
        // What the table looked at is looked at again, so that the Ingress is, when it changes.
        var probe = lookup
        let lacks = Program.sharedKeys(of: output.route?.source).sorted {
            ($0.service, $0.port) < ($1.service, $1.port)
        }.compactMap { key -> String? in
            let found = DestinationCompiler.find(key, &probe)
            guard found.source.addresses.isEmpty, !found.source.isInnerHop else { return nil }
            return Verdict.lack(of: key, found.reason)
        }
        guard !lacks.isEmpty else { return nil }
        lookup = probe
        kept.hold = ProgramOutput.Hold(until: until, lacks: lacks)
        return kept
    }

    /// The first split to each revision, as all of the traffic.
    private static func revisionSplits(_ spec: IngressSpec) -> [String: IngressSplit] {
        var splits: [String: IngressSplit] = [:]
        for split in spec.rules.flatMap({ $0.paths ?? [] }).flatMap(\.splits)
        where splits[split.revision] == nil {
            splits[split.revision] = split
            splits[split.revision]?.percent = 100
        }
        return splits
    }

    /// The loaded object that this Ingress was compiled from: by label, by owner, or because its
    /// own Ingress would have the same name.
    private static func owner(of object: ManifestObject, _ lookup: inout Lookup) -> String? {
        let labels = object.meta.labels
        var owners = [NamespacedName(namespace: object.key.namespace, name: object.key.name)]
        if let name = labels[KnownName.routeLabel] {
            let namespace = labels[KnownName.routeNamespaceLabel] ?? object.key.namespace
            owners.append(NamespacedName(namespace: namespace, name: name))
        }
        for owner in object.meta.owners where ["Route", "DomainMapping"].contains(owner.kind) {
            owners.append(NamespacedName(namespace: object.key.namespace, name: owner.name))
        }
        for owner in owners {
            for kind in [ObjectKind.route, .service, .domainMapping]
            where lookup.object(kind, owner.namespace, owner.name) != nil {
                return "\(kind.name) \(owner.namespace)/\(owner.name)"
            }
        }
        return nil
    }
}
