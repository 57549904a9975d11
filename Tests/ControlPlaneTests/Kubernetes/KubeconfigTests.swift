import Foundation
import Testing

@testable import ControlPlane

@Suite struct KubeconfigTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    /// Members of the one cluster and the one user, below a context of theirs.
    private func text(cluster: String = "server: https://api:6443", user: String = "token: t")
        -> String
    {
        """
        current-context: main
        contexts:
        - name: main
          context: {cluster: c, user: u, namespace: shop}
        clusters:
        - name: c
          cluster: {\(cluster)}
        users:
        - name: u
          user: {\(user)}
        """
    }

    private func access(
        _ text: String, context: String? = nil, environment: [String: String] = [:]
    ) throws(GatewayFault) -> ClusterAccess {
        do { try folder.write("config", text) } catch { throw GatewayFault("\(error)") }
        return try .kubeconfig(
            paths: [folder.path("config")], context: context, environment: environment)
    }

    @Test func `server, namespace and token are read`() throws {
        let access = try access(text())
        #expect(access.server.description == "https://api:6443")
        #expect(access.namespace == "shop")
        guard case .token(let token) = access.identity.bearer else {
            Issue.record("no token")
            return
        }
        #expect(token == SecretText("t"))
        #expect(access.notices == [])
    }

    @Test(arguments: [
        ("https://[::1]:6443/clusters/one/", "https://[::1]:6443/clusters/one"),
        ("https://api", "https://api:443"), ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
    ])
    func `addresses of servers`(given: String, read: String) throws {
        #expect(try access(text(cluster: "server: '\(given)'")).server.description == read)
    }

    @Test func `of several files the first counts, and those that are missing do not`() throws {
        try folder.write("one", "current-context: b\nusers: [{name: u, user: {token: first}}]")
        try folder.write(
            "two",
            text() + """

                - name: x
                  user: {token: never}
                """)
        try folder.write(
            "three", "contexts: [{name: b, context: {cluster: c, user: u}}]")
        let environment = [
            "KUBECONFIG": ["none", "one", "two", "three"].map(folder.path(_:)).joined(
                separator: ":")
        ]
        let access = try ClusterAccess.kubeconfig(paths: [], context: nil, environment: environment)
        #expect(access.namespace == "default")
        guard case .token(SecretText("first")) = access.identity.bearer else {
            Issue.record("another token")
            return
        }
    }

    @Test func `paths begin at the file, and a token's file counts more than a token`() throws {
        try folder.write("secret", "from-file\n")
        let access = try access(text(user: "token: old, tokenFile: secret"))
        guard case .tokenFile(let path) = access.identity.bearer else {
            Issue.record("no file")
            return
        }
        #expect(path == folder.path("secret"))
    }

    @Test func `who is not checked is spoken of`() throws {
        let insecure = try access(
            text(cluster: "server: https://api, insecure-skip-tls-verify: true"))
        #expect(insecure.isInsecure)
        #expect(insecure.notices.contains { $0.contains("not checked") })
        let plain = try access(text(cluster: "server: http://api"))
        #expect(plain.notices.contains { $0.contains("not TLS") })
    }

    @Test func `names for TLS and simple proxies are taken`() throws {
        let access = try access(
            text(
                cluster: "server: https://10.0.0.1, tls-server-name: api, "
                    + "proxy-url: 'http://proxy:3128'"))
        #expect(access.serverName == "api")
        #expect(access.proxy?.host == "proxy")
        #expect(access.proxy?.port == 3128)
    }

    /// What is wrong, and what the one line about it says.
    static let faults: [(cluster: String, user: String, says: [String])] = [
        ("server: api", "", ["clusters[c].cluster.server", "would be right"]),
        ("", "", ["clusters[c].cluster.server"]),
        ("server: ftp://api", "", ["clusters[c].cluster.server"]),
        ("server: 'https://me:SESAME@api'", "", ["clusters[c].cluster.server"]),
        (
            "server: https://api, certificate-authority-data: SESAMEXX", "",
            ["certificate-authority-data", "PEM"]
        ),
        (
            "server: https://api, certificate-authority-data: '!!'", "",
            ["certificate-authority-data", "base64"]
        ),
        ("server: https://api, certificate-authority: none.crt", "", ["none.crt", "no such file"]),
        (
            "server: https://api, insecure-skip-tls-verify: maybe", "",
            ["insecure-skip-tls-verify", "true"]
        ),
        ("server: https://api, proxy-url: 'socks5://x'", "", ["proxy-url", "http://host:3128"]),
        ("server: https://api", "auth-provider: {name: gcp}", ["auth-provider", "exec"]),
        ("server: https://api", "as: admin", ["users[u].user.as"]),
        ("server: https://api", "token: 'SESAME open'", ["users[u].user.token"]),
        ("server: https://api", "tokenFile: none", ["tokenFile", "no such file"]),
        ("server: https://api", "client-key-data: SESAMEXX", ["client-key-data", "PEM"]),
        ("server: https://api", "token: [SESAME]", ["users[u].user.token", "no text"]),
        (
            "server: https://api", "exec: {apiVersion: client.authentication.k8s.io/v1alpha1}",
            ["exec.apiVersion", "client.authentication.k8s.io/v1"]
        ),
        (
            "server: https://api",
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: x}",
            ["exec.interactiveMode", "Never"]
        ),
        (
            "server: https://api",
            "exec: {apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}",
            ["exec.interactiveMode", "terminal"]
        ),
        (
            "server: https://api",
            "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: no-such-plugin, "
                + "installHint: get it at the shop}",
            ["exec.command", "no-such-plugin", "get it at the shop"]
        ),
    ]

    @Test(arguments: faults.indices)
    func `faults name file and field in one line, and show no secret`(index: Int) {
        let fault = Self.faults[index]
        do throws(GatewayFault) {
            _ = try access(text(cluster: fault.cluster, user: fault.user))
            Issue.record("read")
        } catch {
            for part in fault.says + [folder.path("config")] {
                #expect(error.description.contains(part), "\(error)")
            }
            #expect(!error.description.contains("\n"))
            #expect(!error.description.contains("SESAME"))
        }
    }

    @Test(arguments: [
        ("contexts: []", "current-context"), ("{", "YAML"), ("a: b: c", ":1: not readable"),
        ("current-context: x\ncontexts: [{name: y, context: {}}]", "one of y"),
        ("current-context: x\ncontexts: [{name: x, context: {cluster: z}}]", "no cluster \"z\""),
        ("contexts: {a: 1}", "no list"), ("contexts: [{context: {}}]", "no name"),
    ])
    func `files that name nothing`(text: String, says: String) {
        do throws(GatewayFault) {
            _ = try access(text)
            Issue.record("read")
        } catch {
            #expect(error.description.contains(says), "\(error)")
        }
    }

    @Test func `without any file there is a fault`() {
        #expect(throws: GatewayFault.self) {
            try ClusterAccess.kubeconfig(
                paths: [folder.path("none")], context: nil, environment: [:])
        }
        #expect(throws: GatewayFault.self) {
            try ClusterAccess.kubeconfig(paths: [], context: nil, environment: [:])
        }
    }

    @Test func `a pod knows its cluster by environment and files`() throws {
        let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
        func fault(_ environment: [String: String]) -> String {
            do throws(GatewayFault) {
                _ = try ClusterAccess.inCluster(environment: environment, folder: folder.path)
                return ""
            } catch {
                return error.description
            }
        }
        #expect(fault([:]).contains("KUBERNETES_SERVICE_HOST"))
        #expect(fault(["KUBERNETES_SERVICE_HOST": "a"]).contains("KUBERNETES_SERVICE_PORT"))
        #expect(fault(environment).contains("/token"))
        try folder.write("token", "t")
        #expect(fault(environment).contains("/ca.crt"))
        try folder.write("ca.crt", "no certificate")
        #expect(fault(environment).contains("no certificate"))
        let authority = try TestCertificate.authority()
        try folder.write("ca.crt", authority)
        let access = try ClusterAccess.inCluster(environment: environment, folder: folder.path)
        #expect(access.server.description == "https://[fd00::1]:443")
        #expect(access.namespace == "default")
        try folder.write("namespace", "weir\n")
        let named = try ClusterAccess.inCluster(environment: environment, folder: folder.path)
        #expect(named.namespace == "weir")
    }
}
