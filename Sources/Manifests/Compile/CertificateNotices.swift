/// What is worth saying about the certificates that an Ingress names.
enum CertificateNotices {
    /// One notice for each Secret that is not there, or holds no certificate.
    static func missing(
        _ ingress: IngressManifest, _ object: ManifestObject, _ lookup: inout Lookup
    ) -> [ObjectFault] {
        var said: Set<NamespacedName> = []
        var notices: [ObjectFault] = []
        for tls in ingress.spec.tls {
            let name = NamespacedName(namespace: tls.secretNamespace, name: tls.secretName)
            guard said.insert(name).inserted,
                lookup.secret(name.namespace, name.name)?.certificate == nil
            else { continue }
            notices.append(
                object.fault(
                    line: tls.line, field: "spec.tls",
                    wrong: "Secret \"\(name.namespace)/\(name.name)\" with a certificate "
                        + "is not loaded",
                    right: "its hosts have only what other Secrets name until it is there"))
        }
        return notices
    }
}
