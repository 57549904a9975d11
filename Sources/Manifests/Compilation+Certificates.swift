package import TLS

/// What TLS listeners need.
extension Compilation {
    /// Every certificate that some name leads to, in the order of the Secrets' names.
    package var certificates: [CertificateSource] { plan.certificates }

    /// Hosts that ask for client certificates, in their order.
    package var authorities: [AuthoritySource] { plan.authorities }

    /// For names that no certificate has; nil where none is set, or its Secret is not there.
    package var defaultCertificate: Certificate? {
        options.defaultSecret.flatMap {
            index.certificate(ObjectKey(.secret, $0.namespace, $0.name))
        }
    }

    static func defaultNotices(
        _ options: ManifestOptions, _ index: ObjectIndex
    ) -> [ObjectFault] {
        guard let (namespace, name) = options.defaultSecret,
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
