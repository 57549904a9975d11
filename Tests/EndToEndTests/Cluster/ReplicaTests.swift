import FakeAPIServer
import Foundation
import Synchronization
import TestSupport
import Testing

/// Several replicas: an Ingress is ready when each of them serves it, and not before.
@Suite struct ReplicaTests {
    private let host = "hello.example.com"

    private func updates(_ stage: ClusterStage, _ name: String, _ rules: [JSONValue]) throws {
        try stage.update(name, rules)
        try stage.waitUntilReady(name)
    }

    @Test func `a hundred updates under load, three replicas, not one failure`() throws {
        try withCluster(replicas: 3) { stage throws in
            var upstream = try EchoUpstream("echo-0")
            try stage.publish(upstream)
            let name = try stage.ready([ClusterStage.rule(host, to: "echo-0", saying: "start")])
            try stage.probing(host) {
                for round in 0..<100 {
                    let value = "round-\(round)"
                    var old: EchoUpstream?
                    if round % 4 == 3 {
                        // A new Service; the old one goes as soon as the Ingress is ready.
                        old = upstream
                        upstream = try EchoUpstream("echo-\(round)")
                        try stage.publish(upstream)
                    }
                    try updates(
                        stage, name, [ClusterStage.rule(host, to: upstream.name, saying: value)])
                    for replica in stage.replicas {
                        #expect(try stage.said(host, port: replica.external) == value)
                    }
                    guard let old else { continue }
                    try stage.server.delete(.services, ClusterStage.namespace, old.name)
                    try stage.server.delete(.endpointSlices, ClusterStage.namespace, old.name)
                    old.terminate()
                }
            }
        }
    }

    @Test func `an Ingress is not ready before the slowest replica serves it`() throws {
        try withCluster(replicas: 3) { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let name = try stage.ready([ClusterStage.rule(host, to: "echo", saying: "old")])
            let leader = try #require(stage.leader)
            let slow = stage.replicas[(leader + 1) % 3]
            slow.process.send(SIGSTOP)
            try stage.update(name, [ClusterStage.rule(host, to: "echo", saying: "new")])
            // Long enough that the leader says what it waits for, and far from the Lease's end.
            try eventually("the status says that it waits", within: .seconds(5)) {
                let ready = stage.readiness(name)
                return ready["status"] == "Unknown" && ready["reason"] == "Uninitialized"
            }
            for replica in stage.replicas where replica !== slow {
                #expect(try stage.said(host, port: replica.external) == "new")
            }
            slow.process.send(SIGCONT)
            try stage.waitUntilReady(name)
            #expect(try stage.said(host, port: slow.external) == "new")
        }
    }

    @Test func `what Kourier called ready is called ready again when every replica serves it`()
        throws
    {
        try withCluster(replicas: 3) { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            try stage.ready([ClusterStage.rule("first.example.com", to: "echo")])
            let leader = try #require(stage.leader)
            let slow = stage.replicas[(leader + 1) % 3]
            let key = "networking.knative.dev/ingress.class"
            var ingress = ClusterObjects.ingress(
                [ClusterStage.rule(host, to: "echo")],
                annotations: [key: "kourier.ingress.networking.knative.dev"])
            let name = try #require(ingress["metadata"]["name"].text)
            let entry: JSONValue = [
                "ingress": [["domainInternal": "kourier.kourier-system.svc.cluster.local"]]
            ]
            let types = ["LoadBalancerReady", "NetworkConfigured", "Ready"]
            ingress["status"] = [
                "observedGeneration": 1, "publicLoadBalancer": entry,
                "privateLoadBalancer": entry,
                "conditions": .array(types.map { ["type": .string($0), "status": "True"] }),
            ]
            try stage.server.create(ingress)
            slow.process.send(SIGSTOP)
            try stage.server.patch(
                .ingresses, ClusterStage.namespace, name,
                ["metadata": ["annotations": [key: .string(ClusterStage.ingressClass)]]])
            try eventually("the status says that it waits", within: .seconds(5)) {
                let ready = stage.readiness(name)
                return ready["status"] == "Unknown" && ready["reason"] == "Uninitialized"
            }
            slow.process.send(SIGCONT)
            let ready = try stage.waitUntilReady(name)
            let balancer = ready["status"]["publicLoadBalancer"]["ingress"].items.first
            #expect(balancer?["domainInternal"].text == "weir.weir-system.svc.cluster.local")
            for replica in stage.replicas {
                #expect(try stage.ask(host, port: replica.external).status == 200)
            }
        }
    }

    @Test func `in a cluster that was restored nothing is ready too early, nor too late`() throws {
        try withCluster(replicas: 3) { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            try stage.ready([ClusterStage.rule(host, to: "echo", saying: "0")])
            try stage.server.restoring {
                let name = try stage.ready([ClusterStage.rule("lost.example.com", to: "echo")])
                for round in 1...20 {
                    try updates(
                        stage, name,
                        [ClusterStage.rule("lost.example.com", to: "echo", saying: "\(round)")])
                }
            }
            let name = try stage.ready(
                [ClusterStage.rule("second.example.com", to: "echo", saying: "first")],
                within: .seconds(60))
            for replica in stage.replicas {
                #expect(try stage.said("second.example.com", port: replica.external) == "first")
            }
            let leader = try #require(stage.leader)
            let slow = stage.replicas[(leader + 1) % 3]
            slow.process.send(SIGSTOP)
            try stage.update(
                name, [ClusterStage.rule("second.example.com", to: "echo", saying: "new")])
            try eventually("the status says that it waits", within: .seconds(5)) {
                let ready = stage.readiness(name)
                return ready["status"] == "Unknown" && ready["reason"] == "Uninitialized"
            }
            slow.process.send(SIGCONT)
            try stage.waitUntilReady(name)
            #expect(try stage.said("second.example.com", port: slow.external) == "new")
            let joined = try stage.startReplica()
            #expect(!joined.process.stderr.contains("is ready all the same"))
            #expect(try stage.said("second.example.com", port: joined.external) == "new")
        }
    }

    @Test func `a replica that joins is ready only when it serves what was called ready`() throws {
        try withCluster(replicas: 2) { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let name = try stage.ready([ClusterStage.rule(host, to: "echo", saying: "0")])
            let called = Mutex(0)
            for joining in 0..<3 {
                let isJoined = Latch()
                let (server, kubeconfig) = (
                    stage.server,
                    try stage.server.kubeconfig(
                        namespace: ClusterStage.systemNamespace)
                )
                _ = server
                let join = Background {
                    defer { isJoined.open() }
                    let gateway = try Gateway(
                        [:], kubeconfig: kubeconfig,
                        environment: [
                            "WEIR_POD_NAME": "joining-\(joining)",
                            "WEIR_POD_NAMESPACE": ClusterStage.systemNamespace,
                        ])
                    // What was called ready by now must be served by now.
                    let least = called.withLock { $0 }
                    let answer = try RawClient.ask(
                        port: gateway.external,
                        ClusterStage.request("hello.example.com", "/", ["Connection: close"]))
                    return (gateway, least, answer)
                }
                while !isJoined.isOpen {
                    let next = called.withLock { $0 } + 1
                    try stage.update(
                        name, [ClusterStage.rule(host, to: "echo", saying: "\(next)")])
                    try stage.waitUntilReady(name)
                    called.withLock { $0 = next }
                }
                let (gateway, least, answer) = try join.value()
                #expect(answer.status == 200)
                let text = answer.bodyText.lowercased()
                let value = text.components(separatedBy: "who-are-you: ").last?
                    .prefix { $0.isNumber }
                #expect(value.flatMap { Int($0) } ?? -1 >= least, "\(answer.bodyText)")
                #expect(gateway.stop() == .exit(0))
            }
        }
    }

    @Test func `a replica that does not follow for 30 s is named`() throws {
        try withCluster(replicas: 2) { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let name = try stage.ready([ClusterStage.rule(host, to: "echo", saying: "old")])
            // One that renews its Lease, and serves nothing newer: as if its table were stuck.
            let stuck = "weir-stuck"
            try stage.server.create([
                "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
                "metadata": [
                    "name": .string(stuck), "namespace": .string(ClusterStage.systemNamespace),
                    "labels": ["weir.dev/replica": "true"],
                    "annotations": [
                        "weir.dev/served": "ingresses=1,services=1,endpointslices=1"
                    ],
                ],
                "spec": [
                    "holderIdentity": "stuck", "leaseDurationSeconds": 8,
                    "renewTime": "2026-11-28T16:00:00.000000Z",
                ],
            ])
            try stage.update(name, [ClusterStage.rule(host, to: "echo", saying: "new")])
            var renewal = 0
            try eventually("the replica is named", within: .seconds(45)) {
                renewal += 1
                let time = String(
                    format: "2026-11-28T16:%02d:%02d.000000Z", renewal / 60 % 60, renewal % 60)
                _ = try? stage.server.patch(
                    .leases, ClusterStage.systemNamespace, stuck,
                    ["spec": ["renewTime": .string(time)]])
                return stage.readiness(name)["message"].text?.contains(stuck) == true
            }
            try stage.server.delete(.leases, ClusterStage.systemNamespace, stuck)
            try stage.waitUntilReady(name)
        }
    }

    @Test func `the leader is killed: a new Ingress is ready within 15 s, no request is lost`()
        throws
    {
        try withCluster(replicas: 3) { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            try stage.ready([ClusterStage.rule(host, to: "echo")])
            let leader = try #require(stage.leader)
            let survivors = stage.replicas.indices.filter { $0 != leader }
            let loads = survivors.map {
                LoadClient(
                    port: stage.replicas[$0].external, connections: 2,
                    requests: [ClusterStage.request(host, "/", [])])
            }
            try stage.kill(leader)
            let began = ContinuousClock.now
            let name = try stage.ready(
                [ClusterStage.rule("new.example.com", to: "echo")], within: .seconds(15))
            #expect(ContinuousClock.now - began < .seconds(15))
            for index in survivors {
                let port = stage.replicas[index].external
                #expect(try stage.ask("new.example.com", port: port).status == 200)
            }
            for load in loads {
                let report = try load.finish()
                #expect(report.failures.isEmpty, "\(report.failures.prefix(3))")
                #expect(report.answers.allSatisfy { $0.status == 200 })
            }
            #expect(stage.leader.map(survivors.contains) == true, "\(name)")
        }
    }

    @Test func `a leader that ends in peace lets go: another one leads at once`() throws {
        try withCluster(replicas: 2) { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            try stage.ready([ClusterStage.rule(host, to: "echo")])
            let leader = try #require(stage.leader)
            #expect(stage.end(leader) == .exit(0))
            // Neither of its Leases is left to expire.
            try stage.ready([ClusterStage.rule("new.example.com", to: "echo")], within: .seconds(5))
            #expect(stage.leader == 1 - leader)
            #expect(
                stage.server.get(.leases, ClusterStage.systemNamespace, "weir-weir-\(leader)")
                    == nil)
        }
    }

    @Test func `one change is one write, and nothing is written where nothing changes`() throws {
        try withCluster(replicas: 2) { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let name = try stage.ready([ClusterStage.rule(host, to: "echo", saying: "1")])
            try updates(stage, name, [ClusterStage.rule(host, to: "echo", saying: "2")])
            // The log notes a write a moment after it is seen.
            try eventually("two writes") { stage.server.log.statusWrites(name).count >= 2 }
            // Addresses that go and come do not change what is ready.
            try stage.server.delete(.endpointSlices, ClusterStage.namespace, "echo")
            try eventually("the share answers 503") { try stage.ask(host).status == 503 }
            try stage.server.create(
                ClusterObjects.slice("echo", port: upstream.port, named: "http", nil))
            try eventually("the share answers again") { try stage.ask(host).status == 200 }
            // A restart finds everything as it should be.
            let leader = try #require(stage.leader)
            #expect(stage.end(leader) == .exit(0))
            try eventually("the other one leads", within: .seconds(5)) {
                stage.leader == 1 - leader
            }
            let other = try stage.ready([ClusterStage.rule("other.example.com", to: "echo")])
            try eventually("a write") { stage.server.log.statusWrites(other).count >= 1 }
            #expect(stage.server.log.statusWrites(other).count == 1)
            #expect(stage.server.log.statusWrites(name).count == 2)
        }
    }
}
