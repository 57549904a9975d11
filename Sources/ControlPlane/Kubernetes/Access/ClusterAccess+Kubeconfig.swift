extension ClusterAccess {
    /// As kubectl finds it: by the files given, else those of `KUBECONFIG`, else by the one in the
    /// home folder; of two things with one name the first counts.
    ///
    /// Throws one line that says file, field, what is wrong, and what would be right.
    package static func kubeconfig(
        paths: [String], context: String?, environment: [String: String]
    ) throws(GatewayFault) -> ClusterAccess {
        var paths = paths
        if paths.isEmpty {
            paths = (environment["KUBECONFIG"] ?? "").split(separator: ":").map(String.init)
        }
        if paths.isEmpty {
            guard let home = environment["HOME"], !home.isEmpty else {
                throw GatewayFault("no kubeconfig: KUBECONFIG or HOME would be right")
            }
            paths = [home + "/.kube/config"]
        }
        let files = try Kubeconfig(paths)
        let chosen = try files.context(context)
        let cluster = try files.named("cluster", of: chosen, in: files.clusters)
        var access = try ClusterAccess(cluster: cluster)
        let namespace = try chosen["namespace"].text()
        if !namespace.isEmpty { access.namespace = namespace }
        // A cluster may let in anybody.
        if try !chosen["user"].text().isEmpty {
            let user = try files.named("user", of: chosen, in: files.users)
            access.identity = try ClusterIdentity(
                user: user, cluster: cluster, server: access, environment: environment)
        }
        if !access.server.isTLS {
            access.notices.append("\(access.server): not TLS, anybody on the way can read along")
        }
        return access
    }

    private init(cluster: KubeconfigNode) throws(GatewayFault) {
        let text = try cluster["server"].text()
        guard let server = APIServer(text) else {
            throw cluster["server"].fault(
                "no address of an API server, one like https://host:6443 would be right")
        }
        self.init(server: server)
        authority = try PEMSource(
            cluster, data: "certificate-authority-data", path: "certificate-authority",
            isRight: { TrustReading.certificates($0) != nil },
            right: "certificates as PEM would be right")
        isInsecure = try cluster["insecure-skip-tls-verify"].flag()
        if isInsecure {
            if authority != nil {
                throw cluster["insecure-skip-tls-verify"].fault(
                    "true, and there is a certificate-authority: one of the two would be right")
            }
            notices.append(
                "\(server): its certificate is not checked (insecure-skip-tls-verify), anybody on "
                    + "the way can pose as the cluster")
        }
        let name = try cluster["tls-server-name"].text()
        if !name.isEmpty { serverName = name }
        proxy = try Self.proxy(cluster["proxy-url"])
    }

    private static func proxy(
        _ node: KubeconfigNode
    ) throws(GatewayFault) -> (host: String, port: Int)? {
        let text = try node.text()
        if text.isEmpty { return nil }
        guard let proxy = APIServer(text), !proxy.isTLS, proxy.prefix.isEmpty else {
            throw node.fault(
                "not supported, a proxy like http://host:3128 without user and path would be right")
        }
        return (proxy.host, proxy.port)
    }
}

extension PEMSource {
    /// What is given under `data` in base64, else the file under `path`; nil where neither is.
    init?(
        _ node: KubeconfigNode, data: String, path: String, isRight: ([UInt8]) -> Bool,
        right: String
    ) throws(GatewayFault) {
        if let bytes = try node[data].base64() {
            guard isRight(bytes) else { throw node[data].fault("not readable, \(right)") }
            self = .given(SecretText(String(decoding: bytes, as: UTF8.self)))
            return
        }
        guard let file = try node[path].path() else { return nil }
        let bytes: [UInt8]
        do throws(SmallFile.Refusal) {
            bytes = try SmallFile.bytes(file, sizeMax: ClusterAccess.fileMax)
        } catch {
            throw node[path].fault("\(file): \(error.text), \(right)")
        }
        guard isRight(bytes) else { throw node[path].fault("\(file): not readable, \(right)") }
        self = .file(file)
    }
}
