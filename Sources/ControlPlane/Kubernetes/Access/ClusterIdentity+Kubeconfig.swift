extension ClusterIdentity {
    /// Reads a user of a kubeconfig; of several ways to prove who one is, kubectl's order counts.
    init(
        user: KubeconfigNode, cluster: KubeconfigNode, server: ClusterAccess,
        environment: [String: String]
    ) throws(GatewayFault) {
        if user["auth-provider"].isThere {
            throw user["auth-provider"].fault(
                "not supported, and gone from Kubernetes: exec with the provider's plugin would be "
                    + "right")
        }
        if user["as"].isThere {
            throw user["as"].fault("not supported, a user of its own would be right")
        }
        self.init(try Self.bearer(user, cluster, server, environment))
        certificate = try PEMSource(
            user, data: "client-certificate-data", path: "client-certificate",
            isRight: { TrustReading.certificates($0) != nil },
            right: "a certificate as PEM would be right")
        key = try PEMSource(
            user, data: "client-key-data", path: "client-key",
            isRight: { TrustReading.key($0) != nil }, right: "a key as PEM would be right")
        if (certificate == nil) != (key == nil) {
            let missing = key == nil ? "client-key" : "client-certificate"
            throw user[missing].fault("missing, certificate and key would be right")
        }
    }

    private static func bearer(
        _ user: KubeconfigNode, _ cluster: KubeconfigNode, _ server: ClusterAccess,
        _ environment: [String: String]
    ) throws(GatewayFault) -> Bearer {
        // As in kubectl, the file counts more: the token may be a copy from long ago.
        if let path = try user["tokenFile"].path() {
            do throws(SmallFile.Refusal) {
                _ = try SmallFile.bytes(path, sizeMax: ClusterAccess.fileMax)
            } catch {
                throw user["tokenFile"].fault("\(path): \(error.text), a token would be right")
            }
            return .tokenFile(path)
        }
        let token = try user["token"].text()
        if !token.isEmpty {
            guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw user["token"].fault(
                    "has characters that no token has, one line would be right")
            }
            return .token(SecretText(token))
        }
        let name = try user["username"].text()
        if !name.isEmpty {
            return .password(user: name, SecretText(try user["password"].text()))
        }
        if user["exec"].isThere {
            return .plugin(
                try ExecPlugin(
                    user["exec"], cluster: cluster, server: server, environment: environment))
        }
        return .nobody
    }
}
