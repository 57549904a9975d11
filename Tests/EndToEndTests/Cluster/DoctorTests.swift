import FakeAPIServer
import Foundation
import TestSupport
import Testing

/// `weir doctor` names each cause with the next step.
@Suite struct DoctorTests {
    /// Runs it; gives the ending and what it printed.
    private func doctor(
        _ stage: ClusterStage, _ arguments: String...
    ) throws -> (ending: ChildProcess.Ending, text: String) {
        let folder = try ScratchFolder()
        // A person's own namespace: that of weir is found without it.
        try stage.server.kubeconfig(namespace: "default").write(
            toFile: folder.path("kubeconfig"), atomically: true, encoding: .utf8)
        let process = try ChildProcess(
            [Gateway.binary(), "doctor", "--kubeconfig", folder.path("kubeconfig")] + arguments)
        let ending = try process.waitForEnd(within: .seconds(60))
        return (ending, process.stdout + process.stderr)
    }

    private func setClass(_ stage: ClusterStage, _ name: String) throws {
        try stage.server.create([
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "config-network", "namespace": "knative-serving"],
            "data": ["ingress-class": .string(name)],
        ])
    }

    @Test func `a cluster that is well has no findings`() throws {
        try withCluster { stage throws in
            try setClass(stage, ClusterStage.ingressClass)
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            try stage.ready([ClusterStage.rule("a.example.com", to: "echo")])
            let (ending, text) = try doctor(stage)
            #expect(ending == .exit(0), "\(text)")
            #expect(text == "1 of 1 Ingresses are ready; replicas: weir-0; leader: weir-0\n")
            let (elsewhere, said) = try doctor(
                stage, "--pod-namespace", ClusterStage.namespace)
            #expect(elsewhere == .exit(1))
            #expect(said.contains("none of weir serves in namespace \(ClusterStage.namespace)"))
        }
    }

    @Test func `addresses of Endpoints alone are seen`() throws {
        try withCluster { stage throws in
            try setClass(stage, ClusterStage.ingressClass)
            let upstream = try EchoUpstream("echo")
            try stage.server.create(
                ClusterObjects.service("old", [["name": "http", "port": 80]]))
            let port: JSONValue = ["name": "http", "port": .integer(Int(upstream.port))]
            try stage.server.create([
                "apiVersion": "v1", "kind": "Endpoints",
                "metadata": ["name": "old", "namespace": .string(ClusterStage.namespace)],
                "subsets": [["addresses": [["ip": "127.0.0.1"]], "ports": [port]]],
            ])
            try stage.ready([ClusterStage.rule("a.example.com", to: "old")])
            let (ending, text) = try doctor(stage)
            #expect(ending == .exit(0), "\(text)")
        }
    }

    @Test func `each cause is named with the next step`() throws {
        try withCluster { stage throws in
            try setClass(stage, "kourier.ingress.networking.knative.dev")
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            try stage.ready([ClusterStage.rule("a.example.com", to: "echo")])
            func make(_ rules: [JSONValue], tls: [JSONValue] = []) throws -> String {
                let ingress = ClusterObjects.ingress(rules, tls: tls)
                try stage.server.create(ingress)
                return ingress["metadata"]["name"].text ?? ""
            }
            // Names decide between objects of the same second.
            let conflict = "z-conflict"
            var young = ClusterObjects.ingress([ClusterStage.rule("a.example.com", to: "echo")])
            young["metadata"]["name"] = .string(conflict)
            try stage.server.create(young)
            let missing = try make([ClusterStage.rule("b.example.com", to: "absent")])
            let secret = try make(
                [ClusterStage.rule("c.example.com", to: "echo")],
                tls: [ClusterObjects.tls(["c.example.com"], secret: "nowhere")])
            try stage.server.create(
                ClusterObjects.service("empty", [["name": "http", "port": 80, "targetPort": 80]]))
            let empty = try make([ClusterStage.rule("d.example.com", to: "empty")])
            let foreign = ClusterObjects.ingress(
                [ClusterStage.rule("e.example.com", to: "echo")],
                annotations: ["networking.knative.dev/ingress.class": "other"])
            try stage.server.create(foreign)
            let foreignName = foreign["metadata"]["name"].text ?? ""
            for name in [conflict, missing, secret, empty] {
                try eventually("\(name) has a status") { !stage.readiness(name).isNull }
            }
            let (ending, text) = try doctor(stage)
            #expect(ending == .exit(1))
            let place = "Ingress \(ClusterStage.namespace)/"
            for line in [
                "ConfigMap knative-serving/config-network: ingress-class is "
                    + "kourier.ingress.networking.knative.dev, so Routes are another gateway's",
                "  next: kubectl patch configmap/config-network -n knative-serving --type merge",
                "\(place)\(conflict): host a.example.com is served by the older Ingress",
                "\(place)\(missing): the split to Service serving-tests/absent port 80:",
                "\(place)\(secret): Secret serving-tests/nowhere with a certificate is not there",
                "\(place)\(empty): the split to Service serving-tests/empty port 80: "
                    + "no address is ready",
                "1 of 5 Ingresses are ready; replicas: weir-0; leader: weir-0",
            ] {
                #expect(text.contains(line), "\(line)\n\(text)")
            }
            let (one, said) = try doctor(
                stage, "\(ClusterStage.namespace)/\(foreignName)", "-o", "json")
            #expect(one == .exit(1))
            #expect(said.contains("is of class other, not \(ClusterStage.ingressClass)"))
            let report = try JSONSerialization.jsonObject(with: Data(said.utf8)) as? [String: Any]
            #expect((report?["findings"] as? [Any])?.count == 2)
            let (none, unknown) = try doctor(stage, "\(ClusterStage.namespace)/nobody")
            #expect(none == .exit(1))
            #expect(unknown.contains("is not there: Serving has not made it"))
        }
    }

    @Test func `what Kourier left is named, and loses its hosts when it is deleted`() throws {
        try withCluster { stage throws in
            try setClass(stage, ClusterStage.ingressClass)
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let finalizer = "ingresses.networking.internal.knative.dev"
            // Names decide between objects of the same second.
            var held = ClusterObjects.ingress([
                ClusterStage.rule("a.example.com", to: "echo", saying: "held")
            ])
            held["metadata"]["name"] = "a-held"
            held["metadata"]["finalizers"] = [.string(finalizer)]
            try stage.server.create(held)
            try stage.waitUntilReady("a-held")
            let (ending, text) = try doctor(stage)
            #expect(ending == .exit(1))
            let place = "\(ClusterStage.namespace)/a-held"
            #expect(text.contains("Ingress \(place): has the finalizer \(finalizer)"), "\(text)")
            #expect(text.contains("kubectl patch kingress -n \(ClusterStage.namespace) a-held"))
            try stage.server.delete(.ingresses, ClusterStage.namespace, "a-held")
            #expect(stage.server.get(.ingresses, ClusterStage.namespace, "a-held") != nil)
            try stage.ready([ClusterStage.rule("a.example.com", to: "echo", saying: "new")])
            #expect(try stage.said("a.example.com", port: stage.gateway.external) == "new")
        }
    }

    @Test func `a cluster that cannot be asked is exit code 2`() throws {
        let folder = try ScratchFolder()
        let process = try ChildProcess([
            Gateway.binary(), "doctor", "--kubeconfig", folder.path("nothing"),
        ])
        #expect(try process.waitForEnd() == .exit(2))
        #expect(process.stderr.contains("nothing"))
        #expect(process.stdout.isEmpty)
    }
}
