import FakeAPIServer
import Foundation
import TestSupport
import Testing

/// Who may ask, and what.
@Suite struct `Access` {
    private func start(_ rules: [AccessRule]) throws -> Client {
        let server = try FakeAPIServer.start(
            .init(users: [
                User("weir", token: "secret", rules: rules), User("admin", token: "all"),
            ]))
        return Client(server, token: "secret")
    }

    @Test func `nobody is let in without a token that is known`() throws {
        var client = try start([.all])
        #expect(try client.get("/api/v1/services").status == 200)
        for token in [nil, "other"] {
            client.token = token
            let refused = try client.get("/api/v1/services")
            #expect(refused.status == 401)
            #expect(refused.reason == "Unauthorized")
        }
        client.server.changeUsers { $0[0].token = "other" }
        client.token = "secret"
        #expect(try client.get("/api/v1/services").status == 401, "the token was rotated")
        client.token = "other"
        #expect(try client.get("/api/v1/services").status == 200)
    }

    @Test func `a refusal says what is missing`() throws {
        let client = try start([])
        let list = try client.get(Resource.ingresses.path())
        #expect(list.status == 403)
        #expect(list.reason == "Forbidden")
        #expect(
            list.text
                == "ingresses.networking.internal.knative.dev is forbidden: User \"weir\" cannot "
                + "list resource \"ingresses\" in API group \"networking.internal.knative.dev\" "
                + "at the cluster scope")
        let status = try client.ask("PUT", ingressPath("a") + "/status", "{}")
        #expect(
            status.text
                == "ingresses.networking.internal.knative.dev \"a\" is forbidden: User \"weir\" "
                + "cannot update resource \"ingresses/status\" in API group "
                + "\"networking.internal.knative.dev\" in the namespace \"default\"")
        let core = try client.get("/api/v1/namespaces/kube-system/secrets")
        #expect(
            core.text
                == "secrets is forbidden: User \"weir\" cannot list resource \"secrets\" in API "
                + "group \"\" in the namespace \"kube-system\"")
        #expect(try client.get("/healthz").status == 200)
        let path = try client.get("/metrics")
        #expect(path.text == "forbidden: User \"weir\" cannot get path \"/metrics\"")
    }

    @Test func `rules are about verbs, subresources, names and namespaces`() throws {
        let client = try start([
            AccessRule(["networking.internal.knative.dev"], ["ingresses"], ["get", "list"]),
            AccessRule(["networking.internal.knative.dev"], ["ingresses/status"], ["patch"]),
            AccessRule(
                [""], ["secrets"], ["get", "list", "watch"], resourceNames: ["cert"],
                namespace: "default"),
        ])
        try client.server.create(Sample.ingress("a"))
        #expect(try client.get(Resource.ingresses.path()).status == 200)
        #expect(try client.get(Resource.ingresses.path() + "?watch=1").status == 403)
        #expect(try client.patch(ingressPath("a"), [:]).status == 403)
        #expect(try client.patch(ingressPath("a") + "/status", [:]).status == 200)
        let secrets = Resource.secrets.path(namespace: "default")
        #expect(try client.get(secrets).status == 403)
        #expect(try client.get("\(secrets)?fieldSelector=metadata.name%3Dcert").status == 200)
        #expect(try client.get("\(secrets)?fieldSelector=metadata.name%3Dother").status == 403)
        #expect(try client.get("\(secrets)/cert").status == 404)
        #expect(try client.get("/api/v1/secrets?fieldSelector=metadata.name%3Dcert").status == 403)
    }

    @Test func `rules are read from roles and their bindings`() throws {
        let objects = try JSONValue.documents(
            yaml: """
                kind: ClusterRole
                metadata: {name: weir}
                rules:
                - {apiGroups: [""], resources: [services], verbs: [list, watch]}
                ---
                kind: Role
                metadata: {name: leases, namespace: weir-system}
                rules:
                - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: ["*"]}
                ---
                kind: ClusterRoleBinding
                metadata: {name: weir}
                subjects: [{kind: ServiceAccount, name: weir, namespace: weir-system}]
                roleRef: {kind: ClusterRole, name: weir}
                ---
                kind: RoleBinding
                metadata: {name: weir, namespace: weir-system}
                subjects: [{kind: ServiceAccount, name: weir, namespace: weir-system}]
                roleRef: {kind: Role, name: leases}
                """)
        let user = "system:serviceaccount:weir-system:weir"
        #expect(
            AccessRule.rules(of: user, in: objects) == [
                AccessRule([""], ["services"], ["list", "watch"]),
                AccessRule(["coordination.k8s.io"], ["leases"], ["*"], namespace: "weir-system"),
            ])
        #expect(AccessRule.rules(of: "other", in: objects) == [])
    }

    @Test func `a kubeconfig leads to the server, with a certificate or a token`() throws {
        let server = try FakeAPIServer.start(
            .init(
                isSecure: true,
                users: [User("weir", rules: []), User("robot", token: "word")]))
        let config = try JSONValue.documents(yaml: server.kubeconfig(user: "weir"))[0]
        let user = config["users"][0]["user"]
        let cluster = config["clusters"][0]["cluster"]
        #expect(cluster["server"].text == server.url)
        let folder = try ScratchFolder()
        for (name, value) in [
            ("ca", cluster["certificate-authority-data"]),
            ("crt", user["client-certificate-data"]), ("key", user["client-key-data"]),
        ] {
            let data = try #require(Data(base64Encoded: value.text ?? ""))
            try data.write(to: URL(fileURLWithPath: folder.path(name)))
        }
        func curl(_ arguments: String...) throws -> String {
            try Tool.succeed(
                ["/usr/bin/curl", "--silent", "--show-error", "--cacert", folder.path("ca")]
                    + arguments + ["\(server.url)/api/v1/services"]
            ).stdout
        }
        let certified = try curl("--cert", folder.path("crt"), "--key", folder.path("key"))
        #expect(certified.contains(#"User \"weir\" cannot list resource \"services\""#))
        let token = try JSONValue.documents(yaml: server.kubeconfig(user: "robot"))[0]
        #expect(token["users"][0]["user"]["token"] == "word")
        #expect(try curl("--header", "Authorization: Bearer word").contains("ServiceList"))
        #expect(try curl().contains("Unauthorized"))
    }
}
