extension ClusterAccess {
    /// LIMIT: bytes of a token, a certificate or a key, or several in one file.
    static let fileMax = 1 << 20

    /// As a pod of the cluster finds it, by its environment and its service account's files.
    package static func inCluster(
        environment: [String: String],
        folder: String = "/var/run/secrets/kubernetes.io/serviceaccount"
    ) throws(GatewayFault) -> ClusterAccess {
        let host = environment["KUBERNETES_SERVICE_HOST"] ?? ""
        guard !host.isEmpty else {
            throw GatewayFault(
                "KUBERNETES_SERVICE_HOST is not set, this is no pod of a cluster: a kubeconfig "
                    + "would be right")
        }
        let text = environment["KUBERNETES_SERVICE_PORT"] ?? ""
        guard let port = Int(text), (1...65535).contains(port) else {
            throw GatewayFault(
                "KUBERNETES_SERVICE_PORT: \"\(text)\" is no port, one like 443 would be right")
        }
        try check(folder + "/token", "a pod with automountServiceAccountToken would be right")
        let authority = folder + "/ca.crt"
        let pem = try check(authority, "the cluster's certificate authority would be right")
        guard TrustReading.certificates(pem) != nil else {
            throw GatewayFault("\(authority): no certificate, those of the cluster would be right")
        }
        let namespace = (try? SmallFile.text(folder + "/namespace", sizeMax: 1 << 10))?.trimmed
        var access = ClusterAccess(
            server: APIServer(isTLS: true, host: host, port: port), authority: .file(authority),
            identity: ClusterIdentity(.tokenFile(folder + "/token")),
            namespace: namespace.flatMap { $0.isEmpty ? nil : $0 } ?? "default")
        access.isInCluster = true
        return access
    }

    @discardableResult
    private static func check(_ path: String, _ right: String) throws(GatewayFault) -> [UInt8] {
        do throws(SmallFile.Refusal) {
            return try SmallFile.bytes(path, sizeMax: fileMax)
        } catch {
            throw GatewayFault("\(path): \(error.text), \(right)")
        }
    }
}

extension String {
    /// Without the space at both ends.
    var trimmed: String {
        let rest = drop { $0.isWhitespace }
        return String(
            rest.prefix(
                upTo: rest.lastIndex { !$0.isWhitespace }.map(rest.index(after:)) ?? rest.startIndex
            ))
    }
}
