internal import Routing

/// Compiles one DomainMapping into a program (§1.11).
enum DomainMappingProgram {
    /// Nil when there is no such DomainMapping.
    ///
    /// `previous` stays in force where this version is refused.
    static func make(
        _ key: ObjectKey, _ previous: Program?, _ lookup: inout Lookup
    ) -> Program? {
        guard let object = lookup.object(.domainMapping, key.namespace, key.name),
            case .domainMapping(let content) = object.content
        else { return nil }
        if case .claim(let claim)? = lookup.object(.clusterDomainClaim, "", key.name)?.content,
            claim.namespace != key.namespace
        {
            // Not even the last good form: the domain is somebody else's now.
            return Program(
                key: key, object: object,
                refused: CompileFault(
                    wrong: "the domain is claimed by namespace \"\(claim.namespace)\"",
                    right: "map it there, or change its ClusterDomainClaim"),
                kept: nil, topics: lookup.topics)
        }
        do {
            let authority = try lookup.authority(content.choices, in: key.namespace)
            let ingress = try ingress(object.meta, content, &lookup)
            var output = ProgramOutput(ingress, authority: authority, &lookup)
            output.scheme = lookup.scheme(of: ingress.name)
            let notices =
                notices(content, object, &lookup)
                + CertificateNotices.missing(ingress, object, &lookup)
            return Program(
                key: key, object: object, status: .served, output: output, notices: notices,
                topics: lookup.topics)
        } catch {
            return Program(
                key: key, object: object, refused: error, kept: previous?.output,
                topics: lookup.topics)
        }
    }

    /// Everything goes to the placeholder Service under its own host name: an inner hop.
    private static func ingress(
        _ meta: ObjectMeta, _ content: DomainMappingContent, _ lookup: inout Lookup
    ) throws(CompileFault) -> IngressManifest {
        lookup.dependsOnPlatform()
        let platform = lookup.platform
        var split = IngressSplit()
        split.serviceNamespace = meta.namespace
        split.serviceName = content.target.name
        split.servicePort = .number(80)
        split.percent = 100
        split.appendHeaders = HeaderFields(ordered: [
            FieldEdit(name: KnownName.originalHostHeader, value: meta.name)
        ])
        var path = IngressPath()
        path.rewriteHost = "\(content.target.name).\(meta.namespace).\(platform.localDomain)"
        path.splits = [split]
        var spec = IngressSpec()
        spec.rules = [
            IngressRule(hosts: [meta.name], visibility: IngressRule.external, paths: [path])
        ]
        spec.httpOption = try RouteCompiler.httpOption(meta, platform)
        if !content.secretName.isEmpty {
            spec.tls = [
                IngressTLS(
                    hosts: [meta.name], secretName: content.secretName,
                    secretNamespace: meta.namespace, line: content.secretLine)
            ]
        }
        var labels = meta.labels
        labels[KnownName.mappingNamespaceLabel] = meta.namespace
        return IngressManifest(
            namespace: meta.namespace, name: meta.name,
            routeName: labels[KnownName.routeLabel] ?? meta.name, labels: labels,
            annotations: RouteCompiler.annotations(of: meta, platform), spec: spec,
            choices: content.choices)
    }

    /// The object that is mapped to, where it is not loaded, or protected better than its mapping.
    private static func notices(
        _ content: DomainMappingContent, _ object: ManifestObject, _ lookup: inout Lookup
    ) -> [ObjectFault] {
        let target = content.target
        // A Service implies its Route, and what prints a Route prints no Service.
        let kinds: [ObjectKind] =
            target.kind == .coreService ? [.coreService] : [.route, .service]
        for kind in kinds {
            guard let mapped = lookup.object(kind, object.key.namespace, target.name) else {
                continue
            }
            guard mapped.asksForClients, content.choices.client == nil else { return [] }
            return [
                object.fault(
                    line: target.line, field: "spec.ref",
                    wrong: "\(kind.name) \"\(target.name)\" asks for client certificates, "
                        + "its mapping does not",
                    right: "write \(KnownName.clientCA) here too")
            ]
        }
        return [
            object.fault(
                line: target.line, field: "spec.ref",
                wrong: "\(target.kind.name) \"\(target.name)\" is not loaded",
                right: "requests answer 503 until it is there")
        ]
    }
}

extension ManifestObject {
    /// A Route or Service whose own hosts ask for client certificates: each host asks for itself.
    fileprivate var asksForClients: Bool {
        switch content {
        case .route(let content): content.choices.client != nil
        case .service(let content): content.choices.client != nil
        default: false
        }
    }
}
