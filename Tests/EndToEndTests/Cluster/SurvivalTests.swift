import FakeAPIServer
import Foundation
import TestSupport
import Testing

/// What an API server can do to a gateway: traffic goes on, and what is known is kept.
@Suite struct SurvivalTests {
    private let host = "hello.example.com"

    private func warnings(_ gateway: Gateway) -> [String] {
        gateway.process.stderr.split(separator: "\n").map(String.init).filter {
            $0.contains(" warning ") && !$0.contains("not TLS")
        }
    }

    @Test func `an outage is one warning and one notice, and traffic goes on`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            try stage.ready([ClusterStage.rule(host, to: "echo", saying: "before")])
            let load = LoadClient(
                port: stage.gateway.external, connections: 1,
                requests: [ClusterStage.request(host, "/", [])])
            let before = warnings(stage.gateway)
            try stage.server.beginOutage()
            try stage.gateway.waitForMetric("weir_cluster_staleness_seconds", within: .seconds(10))
            {
                $0 > 2
            }
            #expect(try stage.said(host, port: stage.gateway.external) == "before")
            try stage.server.endOutage()
            // What is made after it is served, so everything is followed again.
            try stage.ready(
                [ClusterStage.rule("after.example.com", to: "echo")], within: .seconds(45))
            try stage.gateway.waitForMetric("weir_cluster_staleness_seconds", within: .seconds(45))
            {
                $0 == 0
            }
            let report = try load.finish()
            #expect(report.failures.isEmpty && report.answers.allSatisfy { $0.status == 200 })
            let cluster = warnings(stage.gateway).dropFirst(before.count).filter {
                $0.contains("the cluster cannot be followed")
            }
            #expect(cluster.count == 1, "\(cluster)")
            let said = stage.gateway.process.stderr
            #expect(said.components(separatedBy: "the cluster is followed again").count == 2)
        }
    }

    @Test func `without the API server a replica starts from what it kept`() throws {
        let folder = try ScratchFolder()
        let state = folder.path("state")
        try withCluster(settings: ["state-dir": state]) { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            try stage.ready([ClusterStage.rule(host, to: "echo", saying: "kept")])
            try stage.ready([ClusterStage.rule("gone.example.com", to: "echo")])
            let objects = state + "/objects"
            try eventually("everything is kept") {
                let files = try FileManager.default.contentsOfDirectory(atPath: objects)
                return files.filter { $0.hasPrefix("cluster+ingresses+") && $0.hasSuffix(".json") }
                    .count == 2
                    && files.contains { $0.hasPrefix("cluster+endpointslices+") }
            }
            #expect(stage.end(0) == .exit(0))
            for path in [state, objects] {
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
                #expect(mode as? Int == 0o700)
            }
            try stage.server.beginOutage()
            let again = try stage.startReplica()
            #expect(try stage.said(host, port: again.external) == "kept")
            #expect(again.process.stderr.contains("are served as kept"))
            // What happened meanwhile is taken up when the server is back.
            let gone = try #require(
                stage.server.list(.ingresses).first {
                    $0.description.contains("gone.example.com")
                })
            try stage.server.delete(
                .ingresses, ClusterStage.namespace, gone["metadata"]["name"].text ?? "")
            try stage.server.endOutage()
            try eventually("the deleted Ingress is no longer served", within: .seconds(45)) {
                try stage.ask("gone.example.com", port: again.external).status == 404
            }
            #expect(try stage.said(host, port: again.external) == "kept")
            try stage.ready(
                [ClusterStage.rule("new.example.com", to: "echo")], within: .seconds(45))
        }
    }

    @Test func `what was kept is served, and ready, while the API server does not answer`() throws {
        let folder = try ScratchFolder()
        defer { folder.remove() }
        let objects = folder.path("state") + "/objects"
        try withCluster(settings: ["state-dir": folder.path("state")]) { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            try stage.ready([ClusterStage.rule(host, to: "echo", saying: "kept")])
            try eventually("everything is kept") {
                let files = try FileManager.default.contentsOfDirectory(atPath: objects)
                return ["ingresses", "services", "endpointslices"].allSatisfy { plural in
                    files.contains { $0.hasPrefix("cluster+\(plural)+") }
                }
            }
            #expect(stage.end(0) == .exit(0))
            // Connections are taken, and no request is answered.
            stage.server.inject(.stall)
            let again = try stage.startReplica()
            #expect(try stage.said(host, port: again.external) == "kept")
            stage.server.clear()
        }
    }

    @Test func `an API server that falls silent is noticed`() throws {
        try withCluster { stage throws in
            let staleness = "weir_cluster_staleness_seconds"
            try stage.gateway.waitForMetric(staleness) { $0 == 0 }
            // The watches stay, and nothing comes on them.
            stage.server.inject(.stall)
            try stage.gateway.waitForMetric(staleness, within: .seconds(20)) { $0 >= 10 }
            stage.server.clear()
            try stage.gateway.waitForMetric(staleness, within: .seconds(20)) { $0 == 0 }
        }
    }

    @Test func `Secrets are kept only where the settings say so`() throws {
        for isKept in [false, true] {
            let folder = try ScratchFolder()
            let state = folder.path("state")
            let settings = ["state-dir": state, "state-secrets": "\(isKept)"]
            try withCluster(settings: settings) { stage throws in
                let upstream = try EchoUpstream("echo")
                try stage.publish(upstream)
                let authority = try Authority("test")
                let identity = try authority.issue(host)
                try stage.server.create(
                    ClusterObjects.secret(
                        "cert", certificate: identity.certificate, key: identity.key))
                try stage.ready(
                    [ClusterStage.rule(host, to: "echo")],
                    tls: [ClusterObjects.tls([host], secret: "cert")])
                let objects = state + "/objects"
                func names() throws -> [String] {
                    try FileManager.default.contentsOfDirectory(atPath: objects)
                }
                try eventually("the Ingress is kept") {
                    try names().contains { $0.hasPrefix("cluster+ingresses+") }
                }
                if isKept {
                    try eventually("the Secret is kept") {
                        try names().contains { $0.hasPrefix("cluster+secrets+") }
                    }
                }
                #expect(stage.end(0) == .exit(0))
                let secrets = try names().filter { $0.hasPrefix("cluster+secrets+") }
                #expect(secrets.isEmpty != isKept)
                let modes = try secrets.map {
                    try FileManager.default.attributesOfItem(atPath: objects + "/" + $0)[
                        .posixPermissions] as? Int
                }
                #expect(modes.allSatisfy { $0 == 0o600 })
            }
        }
    }

    @Test func `one bad object among many costs nobody else anything`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            try stage.ready([ClusterStage.rule(host, to: "echo", saying: "good")])
            // Percentages that come to 90, as no webhook would let through.
            let bad = ClusterObjects.ingress([
                ClusterObjects.rule(
                    ["bad.example.com"],
                    [
                        ClusterObjects.path([
                            [
                                "serviceNamespace": .string(ClusterStage.namespace),
                                "serviceName": "echo", "servicePort": 80, "percent": 40,
                            ],
                            [
                                "serviceNamespace": .string(ClusterStage.namespace),
                                "serviceName": "echo", "servicePort": 80, "percent": 50,
                            ],
                        ])
                    ])
            ])
            let name = bad["metadata"]["name"].text ?? ""
            try stage.server.create(bad)
            try eventually("its status says why") {
                let ready = stage.readiness(name)
                return ready["reason"] == "ReconcileIngressFailed"
                    && ready["message"].text?.contains("was 90") == true
            }
            try stage.ready([ClusterStage.rule("next.example.com", to: "echo")])
            #expect(try stage.said(host, port: stage.gateway.external) == "good")
            try stage.gateway.waitForMetric("weir_object_errors", ["kind": "Ingress"]) { $0 == 1 }
            // Mended, it is served.
            try stage.update(name, [ClusterStage.rule("bad.example.com", to: "echo")])
            try stage.waitUntilReady(name)
            #expect(try stage.ask("bad.example.com").status == 200)
        }
    }

    @Test(arguments: ["cut", "expired", "lying", "busy", "slow"])
    func `watches may fail in every way`(_ way: String) throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let name = try stage.ready([ClusterStage.rule(host, to: "echo", saying: "0")])
            let watches = RequestFilter(verbs: ["watch"])
            for round in 1...5 {
                switch way {
                case "cut": stage.server.cutWatches(isMidEvent: round % 2 == 0)
                case "expired":
                    stage.server.compact()
                    stage.server.expireWatches()
                case "lying":
                    stage.server.inject(.repeatEvent, for: watches, count: 1)
                    if round % 2 == 0 { stage.server.inject(.swapEvents, for: watches, count: 1) }
                case "busy":
                    stage.server.inject(.initializing(), count: 3)
                    stage.server.endWatches()
                default:
                    stage.server.inject(
                        .slow(bytes: 512, every: .milliseconds(5)), for: watches, count: 4)
                    stage.server.endWatches()
                }
                try stage.update(name, [ClusterStage.rule(host, to: "echo", saying: "\(round)")])
                if way == "lying" {
                    // A second event, which comes before the first.
                    try stage.server.patch(
                        .ingresses, ClusterStage.namespace, name,
                        ["metadata": ["labels": ["round": .string("\(round)")]]])
                }
                do {
                    try stage.waitUntilReady(name, within: .seconds(40))
                } catch {
                    throw TestFault("\(stage.readiness(name)) \(stage.gateway.process.stderr)")
                }
                #expect(try stage.said(host, port: stage.gateway.external) == "\(round)")
            }
        }
    }
}
