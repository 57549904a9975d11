/// Compiles one Ingress that was loaded as such into a program.
enum IngressProgram {
    /// Nil when there is no such Ingress.
    static func make(
        _ key: ObjectKey, _ options: ManifestOptions, _ lookup: inout Lookup
    ) -> Program? {
        guard let object = lookup.object(.ingress, key.namespace, key.name),
            case .ingress(let spec) = object.content
        else { return nil }
        let ownClass = object.meta.annotations[KnownName.ingressClass] ?? ""
        if let wanted = options.ingressClass, ownClass != wanted {
            return Program(
                key: key, object: object, source: nil, status: .otherClass(ownClass),
                topics: lookup.topics)
        }
        if let route = owner(of: object, &lookup) {
            return Program(
                key: key, object: object, source: nil, status: .superseded(by: route),
                topics: lookup.topics)
        }
        var notices: [ObjectFault] = []
        let ingress = IngressManifest(
            namespace: key.namespace, name: key.name, labels: object.meta.labels,
            annotations: object.meta.annotations, spec: spec,
            tagsByHost: tagsByHost(object, &notices))
        return Program(
            key: key, object: object, source: IngressCompiler.compile(ingress),
            ingress: ingress, status: .served, notices: notices, topics: lookup.topics)
    }

    /// The loaded Route, or Service, that this Ingress was compiled from: by label, by owner, or
    /// because its own Ingress would have the same name.
    private static func owner(of object: ManifestObject, _ lookup: inout Lookup) -> String? {
        let labels = object.meta.labels
        var routes = [NamespacedName(namespace: object.key.namespace, name: object.key.name)]
        if let name = labels[KnownName.routeLabel] {
            let namespace = labels[KnownName.routeNamespaceLabel] ?? object.key.namespace
            routes.append(NamespacedName(namespace: namespace, name: name))
        }
        for owner in object.meta.owners where owner.kind == "Route" {
            routes.append(NamespacedName(namespace: object.key.namespace, name: owner.name))
        }
        for route in routes {
            for kind in [ObjectKind.route, .service]
            where lookup.object(kind, route.namespace, route.name) != nil {
                return "\(kind.name) \(route.namespace)/\(route.name)"
            }
        }
        return nil
    }

    /// Serving's annotation tag-to-host, turned around.
    private static func tagsByHost(
        _ object: ManifestObject, _ notices: inout [ObjectFault]
    ) -> [String: String] {
        guard let text = object.meta.annotations[KnownName.tagToHost] else { return [:] }
        var flaws = Flaws()
        var tags: [String: String] = [:]
        do {
            if let tree = try TreeParser.documents(of: text).first {
                for (tag, hosts) in Cursor(root: tree).entries(&flaws) {
                    for host in hosts.items(&flaws) { tags[host.text(&flaws)] = tag }
                }
            }
        } catch {
            flaws.refuse(error)
        }
        if let flaw = flaws.errors.first {
            notices.append(
                object.fault(
                    field: "metadata.annotations.\(KnownName.tagToHost)", wrong: flaw.wrong,
                    right: "write JSON: {tag: [hosts]}"))
        }
        return tags
    }
}
