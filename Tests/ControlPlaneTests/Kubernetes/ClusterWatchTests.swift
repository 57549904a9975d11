import FakeAPIServer
import Testing

@testable import ControlPlane

@Suite(.serialized) struct ClusterWatchTests {
    /// Runs a test with a watch that has told everything there is.
    private func run(
        _ options: FakeAPIServer.Options = .init(), token: String? = nil,
        change: (inout ClusterWatch.Options) -> Void = { _ in },
        before: (FakeAPIServer) throws -> Void = { _ in },
        _ body: (FakeAPIServer, ClusterWatch, ClusterChanges) async throws -> Void
    ) async throws {
        try await FakeCluster.run(options, token: token) { cluster in
            try before(cluster.server)
            var options = ClusterWatch.Options()
            options.pace = FakeCluster.pace
            options.secretEvery = .milliseconds(20)
            options.endpointsEvery = .milliseconds(10) ... .milliseconds(80)
            change(&options)
            let watch = ClusterWatch(cluster.client, options: options)
            #expect(await watch.waitUntilSynced())
            try await body(cluster.server, watch, watch.takeChanges())
            watch.stop()
        }
    }

    /// Gathers changes until they are these.
    private func told(
        _ watch: ClusterWatch, loaded: Set<String> = [], vanished: Set<String> = []
    ) async -> Bool {
        var all = ClusterChanges()
        let isTold = await eventually {
            let changes = watch.takeChanges()
            for (file, text) in changes.loaded { all.loaded[file] = text }
            all.vanished.formUnion(changes.vanished)
            return Set(all.loaded.keys) == loaded && all.vanished == vanished
        }
        if !isTold { Issue.record("told: \(all)") }
        return isTold
    }

    @Test func `the first changes are everything that concerns us`() async throws {
        try await run(before: { server in
            try server.create(yaml: FakeCluster.ingress("ours"))
            try server.create(yaml: FakeCluster.ingress("theirs", class: "istio"))
            try server.create(yaml: FakeCluster.service("a"))
            try server.create(yaml: FakeCluster.secret("labelled", isLabelled: true))
            try server.create(yaml: FakeCluster.secret("private"))
            for name in ["config-network", "config-domain"] {
                try server.create(
                    yaml: """
                        apiVersion: v1
                        kind: ConfigMap
                        metadata: {name: \(name), namespace: knative-serving}
                        data: {a: b}
                        """)
            }
        }) { server, watch, changes in
            #expect(
                Set(changes.loaded.keys) == [
                    "cluster/ingresses/default/ours", "cluster/services/default/a",
                    "cluster/secrets/default/labelled",
                    "cluster/configmaps/knative-serving/config-network",
                ])
            #expect(changes.notices == [])
            #expect(watch.foreignIngresses == ["istio": 1])
            #expect(watch.staleness == 0)
            #expect(watch.problems == [])
            // Nobody asked for Secrets that lack the label, or for Endpoints.
            #expect(
                server.log.requests(nil, .secrets).allSatisfy { $0.labelSelector != "" })
            #expect(server.log.count(nil, .endpoints) == 0)
        }
    }

    @Test func `changes are signalled, a new status is not`() async throws {
        try await run(before: { try $0.create(yaml: FakeCluster.ingress("a")) }) {
            server, watch, first in
            let pair = NamespacedPair("default", "a")
            let file = "cluster/ingresses/default/a"
            #expect(watch.takeChangedFacts() == [pair])
            let before = try #require(watch.facts(of: pair))
            #expect(before.status == nil)
            #expect(first.loaded[file] != nil)
            #expect(before.generation == 1)
            try server.writeStatus(
                .ingresses, "default", "a", ["observedGeneration": 1])
            #expect(await eventually { watch.takeChangedFacts() == [pair] })
            let after = try #require(watch.facts(of: pair))
            #expect(after.status?.contains("observedGeneration") == true)
            #expect(after.resourceVersion != before.resourceVersion)
            #expect(watch.takeChanges().isEmpty)
            try server.modify(.ingresses, "default", "a") { $0["metadata"]["labels"] = ["x": "y"] }
            #expect(await told(watch, loaded: [file]))
            try server.delete(.ingresses, "default", "a")
            #expect(await told(watch, vanished: [file]))
            #expect(watch.facts(of: pair) == nil)
            #expect(watch.takeChangedFacts() == [pair])
        }
    }

    @Test func `a Secret without the label is followed by its name while it is wanted`()
        async throws
    {
        try await run(before: { server in
            try server.create(yaml: FakeCluster.secret("mine"))
            try server.create(yaml: FakeCluster.secret("labelled", isLabelled: true))
            try server.create(yaml: FakeCluster.secret("other"))
        }) { server, watch, _ in
            let mine = NamespacedPair("default", "mine")
            let file = "cluster/secrets/default/mine"
            watch.want(secrets: [mine, NamespacedPair("default", "labelled")])
            #expect(!watch.isSynced)
            #expect(await watch.waitUntilSynced())
            #expect(await told(watch, loaded: [file]))
            #expect(
                server.log.requests("watch", .secrets).allSatisfy {
                    $0.labelSelector != "" || $0.fieldSelector == "metadata.name=mine"
                })
            try server.modify(.secrets, "default", "mine") { $0["data"] = ["a": "Yg=="] }
            #expect(await told(watch, loaded: [file]))
            watch.want(secrets: [])
            #expect(await told(watch, vanished: [file]))
            #expect(await eventually { server.watchCount(.init(name: "mine")) == 0 })
        }
    }

    @Test func `a Secret that loses or gets the label is never away`() async throws {
        try await run(before: { try $0.create(yaml: FakeCluster.secret("tls", isLabelled: true)) })
        {
            server, watch, first in
            #expect(first.loaded.count == 1)
            watch.want(secrets: [NamespacedPair("default", "tls")])
            #expect(watch.isSynced)
            try server.modify(.secrets, "default", "tls") { $0["metadata"]["labels"] = [:] }
            #expect(await eventually { server.watchCount(.init(name: "tls")) == 1 })
            #expect(await watch.waitUntilSynced())
            // Its label is a part of it.
            #expect(await told(watch, loaded: ["cluster/secrets/default/tls"]))
            try server.modify(.secrets, "default", "tls") {
                $0["metadata"]["labels"] = ["networking.internal.knative.dev/certificate-uid": "x"]
            }
            #expect(await eventually { server.watchCount(.init(name: "tls")) == 0 })
            #expect(await told(watch, loaded: ["cluster/secrets/default/tls"]))
            try server.delete(.secrets, "default", "tls")
            #expect(await told(watch, vanished: ["cluster/secrets/default/tls"]))
        }
    }

    @Test func `too many Secrets are asked for now and then`() async throws {
        try await run(
            change: { $0.watchedSecretsMax = 1 },
            before: { server in
                for name in ["a", "b", "c"] { try server.create(yaml: FakeCluster.secret(name)) }
            }
        ) { server, watch, _ in
            watch.want(secrets: Set(["a", "b", "c"].map { NamespacedPair("default", $0) }))
            #expect(await watch.waitUntilSynced())
            let files = Set(["a", "b", "c"].map { "cluster/secrets/default/\($0)" })
            #expect(await told(watch, loaded: files))
            #expect(server.log.count("get", .secrets) >= 2)
            try server.modify(.secrets, "default", "c") { $0["data"] = ["a": "Yg=="] }
            #expect(await told(watch, loaded: ["cluster/secrets/default/c"]))
            try server.delete(.secrets, "default", "b")
            #expect(await told(watch, vanished: ["cluster/secrets/default/b"]))
        }
    }

    @Test func `Endpoints are asked for while they are wanted`() async throws {
        try await run { server, watch, _ in
            let pair = NamespacedPair("default", "a")
            watch.want(endpointsOf: [pair])
            #expect(await eventually { server.log.count("get", .endpoints) >= 2 })
            #expect(watch.takeChanges().isEmpty)
            try server.create(
                yaml: """
                    apiVersion: v1
                    kind: Endpoints
                    metadata: {name: a, namespace: default}
                    subsets: [{addresses: [{ip: 10.0.0.1}], ports: [{port: 80}]}]
                    """)
            #expect(await told(watch, loaded: ["cluster/endpoints/default/a"]))
            watch.want(endpointsOf: [])
            #expect(await told(watch, vanished: ["cluster/endpoints/default/a"]))
            #expect(server.log.count("watch", .endpoints) == 0)
            #expect(server.log.count("list", .endpoints) == 0)
        }
    }

    @Test func `Endpoints that may not be read are given up with one word`() async throws {
        let all = AccessRule(
            ["*"], ["ingresses", "services", "secrets", "configmaps", "endpointslices"], ["*"])
        try await run(.init(users: [User("weir", token: "t", rules: [all])]), token: "t") {
            server, watch, _ in
            watch.want(endpointsOf: [
                NamespacedPair("default", "a"), NamespacedPair("default", "b"),
            ])
            var notices: [ClusterNotice] = []
            #expect(
                await eventually {
                    notices += watch.takeChanges().notices
                    return !notices.isEmpty
                })
            #expect(notices.count == 1)
            watch.want(endpointsOf: [NamespacedPair("default", "c")])
            try server.create(yaml: FakeCluster.service("a"))
            #expect(await told(watch, loaded: ["cluster/services/default/a"]))
            // Both were asked for before the first answer, perhaps.
            #expect(server.log.count("get", .endpoints) <= 2)
            #expect(watch.isSynced)
        }
    }

    @Test func `who may not list all Secrets gets those that are wanted`() async throws {
        let most = AccessRule(
            ["*"], ["ingresses", "services", "configmaps", "endpointslices"], ["*"])
        let one = AccessRule([""], ["secrets"], ["get", "list", "watch"], resourceNames: ["tls"])
        try await run(
            .init(users: [User("weir", token: "t", rules: [most, one])]), token: "t",
            before: { try $0.create(yaml: FakeCluster.secret("tls")) }
        ) { _, watch, first in
            #expect(first.notices.count == 1)
            watch.want(secrets: [NamespacedPair("default", "tls")])
            #expect(await watch.waitUntilSynced())
            #expect(await told(watch, loaded: ["cluster/secrets/default/tls"]))
            #expect(watch.staleness == 0)
            #expect(watch.problems.count == 1)
        }
    }

    @Test func `an outage is one notice, its end another, and all is current again`() async throws {
        try await run { server, watch, _ in
            try server.beginOutage()
            #expect(await eventually { watch.staleness > 0.05 })
            #expect(watch.problems.count == 1)
            try server.endOutage()
            #expect(await eventually { watch.staleness == 0 })
            #expect(watch.problems == [])
            let notices = watch.takeChanges().notices
            #expect(notices.count == 2, "\(notices)")
            try server.create(yaml: FakeCluster.service("a"))
            #expect(await told(watch, loaded: ["cluster/services/default/a"]))
        }
    }

    @Test func `what comes together is signalled together`() async throws {
        try await run { server, watch, _ in
            var signals = watch.signals.makeAsyncIterator()
            let count = 40
            for number in 0..<count { try server.create(yaml: FakeCluster.service("s\(number)")) }
            var loaded: Set<String> = []
            var turns = 0
            while loaded.count < count {
                await signals.next()
                loaded.formUnion(watch.takeChanges().loaded.keys)
                turns += 1
            }
            // A machine that is busy may see several turns.
            #expect(turns < count)
            watch.nudge()
            await signals.next()
        }
    }

    @Test func `who waits is let go when the watch is stopped`() async throws {
        try await FakeCluster.run { cluster in
            try cluster.server.beginOutage()
            let watch = ClusterWatch(cluster.client, options: .init())
            async let isSynced = watch.waitUntilSynced()
            watch.stop()
            #expect(await !isSynced)
        }
    }
}
