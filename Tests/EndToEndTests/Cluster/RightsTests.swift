import FakeAPIServer
import Foundation
import TestSupport
import Testing

/// The rights of conf/kubernetes are enough, and nothing else is asked for.
@Suite struct RightsTests {
    private static let account = "system:serviceaccount:weir-system:weir"

    /// The rules that conf/kubernetes gives to weir's account.
    private func rules() throws -> [AccessRule] {
        var objects: [JSONValue] = []
        for file in ["rbac.yaml", "rbac-system.yaml"] {
            let path = RepositoryPath.of("conf/kubernetes/" + file)
            objects += try JSONValue.documents(
                yaml: String(contentsOfFile: path, encoding: .utf8))
        }
        return AccessRule.rules(of: Self.account, in: objects)
    }

    private func options(_ rules: [AccessRule]) -> FakeAPIServer.Options {
        FakeAPIServer.Options(users: [User(Self.account, token: "secret-token", rules: rules)])
    }

    @Test func `with these rights all of it works, and nothing is refused`() throws {
        let rules = try rules()
        #expect(rules.count >= 7)
        try withCluster(
            options: options(rules), settings: ["system-namespace": "knative-serving"],
            user: Self.account
        ) { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let authority = try Authority("test")
            let identity = try authority.issue("a.example.com")
            try stage.server.create(
                ClusterObjects.secret("cert", certificate: identity.certificate, key: identity.key))
            // Nobody names this one.
            try stage.server.create(
                ClusterObjects.secret("other", certificate: identity.certificate, key: identity.key)
            )
            let name = try stage.ready(
                [ClusterStage.rule("a.example.com", to: "echo")],
                tls: [ClusterObjects.tls(["a.example.com"], secret: "cert")])
            try eventually("the write is noted") { stage.server.log.statusWrites(name).count == 1 }
            #expect(stage.server.log.count(status: 403) == 0)
            let log = stage.server.log
            let secrets = log.requests(nil, .secrets)
            #expect(!secrets.isEmpty)
            // Each by Knative's label or by one name: never every Secret.
            #expect(
                secrets.allSatisfy { !$0.labelSelector.isEmpty || $0.name != nil },
                "\(secrets.map(\.path))")
            #expect(!secrets.contains { $0.name == "other" })
            #expect(log.count("list", .endpoints) + log.count("watch", .endpoints) == 0)
            #expect(
                log.all().filter { ["create", "update", "patch", "delete"].contains($0.verb) }
                    .allSatisfy { $0.resource == .leases || $0.subresource == "status" })
        }
    }

    @Test func `a right that is missing is named, and given later it is used`() throws {
        let all = try rules()
        let without = all.filter { !$0.resources.contains("services") }
        #expect(without.count == all.count - 1)
        let server = try FakeAPIServer.start(options(without))
        defer { server.stop() }
        let folder = try ScratchFolder()
        try server.kubeconfig(user: Self.account, namespace: "weir-system").write(
            toFile: folder.path("kubeconfig"), atomically: true, encoding: .utf8)
        let doctor = try ChildProcess([
            Gateway.binary(), "doctor", "--kubeconfig", folder.path("kubeconfig"),
        ])
        #expect(try doctor.waitForEnd(within: .seconds(60)) == .exit(2))
        #expect(doctor.stderr.contains("services"), "\(doctor.stderr)")
        #expect(doctor.stderr.contains("the rights to get, list and watch them are missing"))
        #expect(!doctor.stderr.contains("secret-token"))
    }

    @Test func `an Ingress of another class stays byte for byte as it is`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let key = "networking.knative.dev/ingress.class"
            let classes: [JSONValue] = [
                nil, [:], [key: "incorrect"], [key: ""],
                [key: "kourier.ingress.networking.knative.dev"],
            ]
            var made: [String: JSONValue] = [:]
            for annotations in classes {
                let ingress = ClusterObjects.ingress(
                    [ClusterStage.rule("foreign.example.com", to: "echo")],
                    annotations: annotations)
                made[ingress["metadata"]["name"].text ?? ""] = try stage.server.create(ingress)
            }
            // Ours, made later, is ready: all of the others were seen by then.
            try stage.ready([ClusterStage.rule("ours.example.com", to: "echo")])
            try stage.gateway.waitForMetric("weir_cluster_foreign_ingresses") { $0 == 5 }
            for (name, ingress) in made {
                #expect(
                    stage.server.get(.ingresses, ClusterStage.namespace, name)?.description
                        == ingress.description)
            }
            #expect(try stage.ask("foreign.example.com").status == 404)
            // Its class changed to ours, it is served; changed away, it is gone.
            let name = try #require(made.keys.first)
            let ours: JSONValue = [
                "metadata": ["annotations": [key: .string(ClusterStage.ingressClass)]]
            ]
            try stage.server.patch(.ingresses, ClusterStage.namespace, name, ours)
            try stage.waitUntilReady(name)
            #expect(try stage.ask("foreign.example.com").status == 200)
            let away: JSONValue = ["metadata": ["annotations": [key: "other"]]]
            try stage.server.patch(.ingresses, ClusterStage.namespace, name, away)
            try eventually("it is no longer served") {
                try stage.ask("foreign.example.com").status == 404
            }
        }
    }
}
