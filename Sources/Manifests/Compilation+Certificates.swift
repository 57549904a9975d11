internal import Routing
package import TLS

/// What TLS listeners need.
extension Compilation {
    /// Every certificate that some name leads to, in the order of the Secrets' names.
    package var certificates: [CertificateSource] { plan.certificates }

    /// Hosts that ask for client certificates, in their order.
    package var authorities: [AuthoritySource] { plan.authorities }

    /// For names that no certificate has; nil where none is set, or its Secret is not there.
    package var defaultCertificate: Certificate? {
        platform.defaultSecret.flatMap {
            index.certificate(ObjectKey(.secret, $0.namespace, $0.name))
        }
    }

    /// `namespace/name` of its Secret; nil where none is set.
    package var defaultSecretName: String? {
        platform.defaultSecret.map { "\($0.namespace)/\($0.name)" }
    }

    /// Who vouches for upstreams; nil where no CA is loaded.
    package var trust: TrustBundle? { trustPlan.bundle }

    /// One for each object with a share that cannot be asked, because nobody vouches for it.
    static func untrustedFaults(
        _ programs: ProgramTable, _ table: DestinationTable, _ options: ManifestOptions
    ) -> [ObjectFault] {
        if table.untrusted.isEmpty { return [] }
        return programs.ranked.compactMap { untrustedFault($0, table, options) }
    }

    static func untrustedFault(
        _ program: Program, _ table: DestinationTable, _ options: ManifestOptions
    ) -> ObjectFault? {
        if table.untrusted.isEmpty { return nil }
        let services = program.destinationKeys.filter(table.untrusted.contains).map(\.service)
        guard let service = services.min() else { return nil }
        let targets = program.traffic
        return program.object.fault(
            line: targets.first { $0.revisionName == service }?.line,
            field: targets.isEmpty ? "spec" : "spec.traffic",
            wrong: "\(service) is asked over TLS, but no CA is loaded that vouches for it",
            right: "load Secret \(options.systemNamespace)/\(KnownName.servingCertificates) with "
                + "ca.crt: its share answers 503 until then")
    }

    static func defaultNotices(
        _ platform: Platform, _ index: ObjectIndex
    ) -> [ObjectFault] {
        guard let (namespace, name) = platform.defaultSecret,
            index.certificate(ObjectKey(.secret, namespace, name)) == nil
        else { return [] }
        return [
            ObjectFault(
                file: "settings", line: 1, kind: "Secret", namespace: namespace, name: name,
                field: "default-certificate",
                wrong: "Secret \"\(namespace)/\(name)\" with a certificate is not loaded",
                right: "load it, or leave the setting out")
        ]
    }
}
