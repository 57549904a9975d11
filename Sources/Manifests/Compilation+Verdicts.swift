internal import Routing

/// What becomes of Ingresses, for those who write their status.
extension Compilation {
    /// The verdict on an Ingress that was loaded as such; nil where none of that name is ours.
    ///
    /// What it lacks is looked for only when asked for, since that takes the longest.
    package func verdict(
        _ namespace: String, _ name: String, withLacks: Bool = true
    ) -> Verdict? {
        let key = ObjectKey(.ingress, namespace, name)
        guard let program = programs.byKey[key] else { return refusal(of: key) }
        if case .otherClass = program.status { return nil }
        var verdict = Verdict()
        verdict.uid = program.object.meta.uid
        verdict.generation = program.object.meta.generation
        verdict.faults = program.faults.map { "\($0.field): \($0.wrong), \($0.right)" }
        if case .superseded(let other) = program.status {
            verdict.faults.append("superseded by \(other)")
        }
        if let newer = refusal(of: key), newer.generation != verdict.generation {
            verdict.uid = newer.uid
            verdict.generation = newer.generation
            verdict.faults = newer.faults
        }
        verdict.losses = programs.losses(of: program).map {
            Verdict.Loss(host: $0.host, winner: $0.winner.title)
        }
        guard withLacks else { return verdict }
        verdict.lacks =
            program.output.hold?.lacks ?? missingServices(program) + missingSecrets(program)
        return verdict
    }

    /// Differs where `secretsWanted` may.
    package var secretsWantedNumber: Int { programs.secretsNumber + platformNumber }

    /// Secrets that objects name, there or not, by `namespace` and `name`.
    package var secretsWanted: [(namespace: String, name: String)] {
        var names = programs.secrets.keys.map { (namespace: $0.namespace, name: $0.name) }
        names.append((options.systemNamespace, KnownName.servingCertificates))
        for text in [
            options.defaultCertificate, platform.gateway.externalCertificate,
            platform.gateway.internalCertificate,
        ] {
            if let (namespace, name) = ManifestOptions.parts(of: text) {
                names.append((namespace, name))
            }
        }
        return names
    }

    /// Services that a share goes to and that no EndpointSlice speaks of.
    package var servicesUnsliced: [(namespace: String, name: String)] {
        table.unsliced.map { ($0.namespace, $0.service) }
    }

    /// A version whose own text is wrong.
    private func refusal(of key: ObjectKey) -> Verdict? {
        let file = ClusterFile.name("ingresses", key.namespace, key.name)
        guard let refused = files[file]?.refused.first(where: { $0.key == key }) else { return nil }
        var verdict = Verdict()
        verdict.uid = refused.uid
        verdict.generation = refused.generation
        verdict.faults = refused.faults.map { "\($0.field): \($0.wrong), \($0.right)" }
        return verdict
    }

    private func missingServices(_ program: Program) -> [String] {
        program.sharedKeys.filter { !table.isServed($0) }
            .sorted { ($0.service, $0.port) < ($1.service, $1.port) }
            .map { Verdict.lack(of: $0, table.reason(for: $0)) }
    }

    private func missingSecrets(_ program: Program) -> [String] {
        var said: Set<String> = []
        return program.tls.compactMap { tls in
            let name = "\(tls.secretNamespace)/\(tls.secretName)"
            guard said.insert(name).inserted,
                index.certificate(ObjectKey(.secret, tls.secretNamespace, tls.secretName)) == nil
            else { return nil }
            return "Secret \(name) with a certificate is not there"
        }
    }
}
