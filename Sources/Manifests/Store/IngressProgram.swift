/// Compiles one Ingress that was loaded as such into a program.
enum IngressProgram {
    /// Nil when there is no such Ingress.
    ///
    /// `previous` stays in force where this version is refused.
    static func make(
        _ key: ObjectKey, _ previous: Program?, _ lookup: inout Lookup
    ) -> Program? {
        guard let object = lookup.object(.ingress, key.namespace, key.name),
            case .ingress(let content) = object.content
        else { return nil }
        let ownClass = object.meta.annotations[KnownName.ingressClass] ?? ""
        if let wanted = lookup.options.ingressClass, ownClass != wanted {
            return Program(
                key: key, object: object, status: .otherClass(ownClass), topics: lookup.topics)
        }
        if let owner = owner(of: object, &lookup) {
            return Program(
                key: key, object: object, status: .superseded(by: owner), topics: lookup.topics)
        }
        var ingress = IngressManifest(
            namespace: key.namespace, name: key.name, labels: object.meta.labels,
            annotations: object.meta.annotations, spec: content.spec,
            tagsByHost: content.tagsByHost, choices: content.choices)
        ingress.revisionSplits = revisionSplits(content.spec)
        do {
            let authority = try lookup.authority(content.choices, in: key.namespace)
            let source = IngressCompiler.compile(ingress, &lookup)
            let output = Program.Output(source: source, ingress: ingress, authority: authority)
            let notices = CertificateNotices.missing(ingress, object, &lookup)
            return Program(
                key: key, object: object, status: .served, output: output, notices: notices,
                topics: lookup.topics)
        } catch {
            return Program(
                key: key, object: object, refused: error, kept: previous?.output,
                topics: lookup.topics)
        }
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
