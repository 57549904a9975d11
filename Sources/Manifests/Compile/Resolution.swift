/// Resolves targets of one Route against the loaded objects.
struct Resolution {
    let namespace: String
    /// The label serving.knative.dev/service of the Route, if it has one.
    let service: String?
    /// Knows what resolved last time.
    let previous: Program?

    func resolve(_ name: TargetName, _ lookup: inout Lookup) -> ResolvedTarget {
        var resolved: ResolvedTarget
        switch name {
        case .configuration(let configuration): resolved = latest(of: configuration, &lookup)
        case .revision(let revision): resolved = pinned(revision, &lookup)
        }
        if let failure = resolved.failure,
            let last = previous?.lastGood.first(where: { $0.name == name })?.resolved
        {
            resolved = last
            resolved.failure = failure
            resolved.isKept = true
        }
        return resolved
    }

    private func pinned(_ name: String, _ lookup: inout Lookup) -> ResolvedTarget {
        var target = ResolvedTarget(revision: name, isH2C: false)
        guard let object = lookup.object(.revision, namespace, name),
            case .revision(let content) = object.content
        else {
            target.fail("RevisionMissing", "Revision \"\(name)\" referenced in traffic not found.")
            return target
        }
        target.isH2C = content.isH2C
        if let service, object.meta.labels[KnownName.serviceLabel] != service {
            let owner = object.meta.labels[KnownName.serviceLabel]
            target.fail(
                "RevisionNotOwned",
                owner.map {
                    "Revision \"\(name)\" belongs to Service \"\($0)\", not Service \"\(service)\"."
                } ?? "Revision \"\(name)\" does not belong to Service \"\(service)\".")
            return target
        }
        if let configuration = object.meta.labels[KnownName.configurationLabel],
            self.configuration(configuration, &lookup) == nil
        {
            target.failMissing(configuration)
            return target
        }
        switch content.readiness {
        case .ready: break
        case .pending:
            target.fail("RevisionMissing", "Revision \"\(name)\" is not yet ready.")
        case .failed:
            target.fail("RevisionMissing", "Revision \"\(name)\" failed to become ready.")
        }
        return target
    }

    /// A Configuration of its own, or the one that a Service of that name implies.
    private func configuration(
        _ name: String, _ lookup: inout Lookup
    ) -> ConfigurationContent? {
        if case .configuration(let content)? =
            lookup.object(.configuration, namespace, name)?.content
        {
            return content
        }
        if case .service(let content)? = lookup.object(.service, namespace, name)?.content {
            return content.configuration
        }
        return nil
    }

    private func latest(of name: String, _ lookup: inout Lookup) -> ResolvedTarget {
        var target = ResolvedTarget(revision: "", isH2C: false)
        guard let configuration = configuration(name, &lookup) else {
            target.failMissing(name)
            return target
        }
        // A status is believed when the Revision that it names is there and ready: in a folder
        // it may be older than the Revisions.
        if !configuration.latestReadyRevisionName.isEmpty,
            case .revision(let content)? =
                lookup.object(.revision, namespace, configuration.latestReadyRevisionName)?
                .content, content.readiness == .ready
        {
            target.revision = configuration.latestReadyRevisionName
            target.isH2C = content.isH2C
            return target
        }
        let newestFirst = lookup.revisions(of: NamespacedName(namespace: namespace, name: name))
            .sorted { RevisionAge($0) > RevisionAge($1) }
        for object in newestFirst {
            if case .revision(let content) = object.content, content.readiness == .ready {
                target.revision = object.key.name
                target.isH2C = content.isH2C
                return target
            }
        }
        var hasFailed = configuration.hasFailed
        if case .revision(let newest)? = newestFirst.first?.content, newest.readiness == .failed {
            hasFailed = true
        }
        target.fail(
            "RevisionMissing",
            hasFailed
                ? "Configuration \"\(name)\" does not have any ready Revision."
                : "Configuration \"\(name)\" is waiting for a Revision to become ready.")
        return target
    }
}

extension ResolvedTarget {
    fileprivate mutating func fail(_ reason: String, _ message: String) {
        failure = Failure(reason: reason, message: message)
    }

    fileprivate mutating func failMissing(_ configuration: String) {
        fail(
            "ConfigurationMissing",
            "Configuration \"\(configuration)\" referenced in traffic not found.")
    }
}
