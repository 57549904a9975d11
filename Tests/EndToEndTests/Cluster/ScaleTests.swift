import FakeAPIServer
import Foundation
import TestSupport
import Testing

/// Five thousand Ingresses with Services and slices; figures that `make bench` holds.
@Suite(.serialized) struct ClusterScaleTests {
    private static let isWanted = ProcessInfo.processInfo.environment["WEIR_BENCH"] != nil
    private let count = 5000

    private func host(_ index: Int) -> String { "host-\(index).example.com" }

    private func fill(_ stage: ClusterStage, _ upstream: EchoUpstream) throws {
        for index in 0..<count {
            let name = "service-\(index)"
            let port: JSONValue = ["name": "http", "port": 80, "targetPort": 8012]
            try stage.server.create(ClusterObjects.service(name, [port]))
            try stage.server.create(
                ClusterObjects.slice(name, port: upstream.port, named: "http", nil))
            var ingress = ClusterObjects.ingress([
                ClusterStage.rule(host(index), to: name, saying: "first")
            ])
            ingress["metadata"]["name"] = .string("ingress-\(index)")
            try stage.server.create(ingress)
        }
    }

    private func readyCount(_ stage: ClusterStage) -> Int {
        stage.server.list(.ingresses).count { ingress in
            ingress["status"]["conditions"].items.contains {
                $0["type"] == "Ready" && $0["status"] == "True"
            }
        }
    }

    @Test(.enabled(if: isWanted, "make bench measures it (WEIR_BENCH=1)"))
    func `5,000 Ingresses from nothing`() throws {
        try withCluster(replicas: 3) { stage throws in
            let upstream = try EchoUpstream("echo")
            let clock = ContinuousClock()
            let began = clock.now
            try fill(stage, upstream)
            let made = clock.now - began
            try eventually("all are ready", within: .seconds(120)) { readyCount(stage) == count }
            let ready = clock.now - began
            let memory = stage.replicas.map { $0.process.residentKilobytes.now / 1024 }
            print("5,000 Ingresses made in \(made), all ready after \(ready)")
            print("resident MiB of each replica: \(memory)")
            #expect(ready < .seconds(30))
            #expect(memory.allSatisfy { $0 <= 300 })
            let changes = try (0..<20).map { try change(stage, $0) }.sorted()
            let deletions = try (20..<40).map { try deletion(stage, $0) }.sorted()
            print("one change on all replicas: median \(changes[10]), worst \(changes[19])")
            print("one deletion on all replicas: median \(deletions[10]), worst \(deletions[19])")
            #expect(changes[10] < .milliseconds(100))
            #expect(deletions[10] < .milliseconds(100))
            try churn(stage, upstream)
        }
    }

    @Test(.enabled(if: isWanted, "make bench measures it (WEIR_BENCH=1)"))
    func `one bad object among ten thousand`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let all = 10_000
            for index in 0..<all {
                var rule = ClusterStage.rule(host(index), to: "echo", saying: "first")
                // Percentages that come to 90, as no webhook would let through.
                if index == 5000 { rule["http"]["paths"][0]["splits"][0]["percent"] = 90 }
                var ingress = ClusterObjects.ingress([rule])
                ingress["metadata"]["name"] = .string("ingress-\(index)")
                try stage.server.create(ingress)
            }
            try eventually("all others are ready", within: .seconds(120)) {
                readyCount(stage) == all - 1
            }
            #expect(stage.readiness("ingress-5000")["reason"] == "ReconcileIngressFailed")
            for index in [0, 4999, 5001, 9999] {
                let said = try stage.said(host(index), port: stage.gateway.external)
                #expect(said == "first")
            }
            #expect(try stage.ask(host(5000)).status == 404)
            #expect(
                try stage.gateway.metrics().sum("weir_object_errors", ["kind": "Ingress"]) == 1)
            let began = ContinuousClock.now
            try stage.update(
                "ingress-9000", [ClusterStage.rule(host(9000), to: "echo", saying: "second")])
            try eventually("a change is live") {
                try stage.said(host(9000), port: stage.gateway.external) == "second"
            }
            print("one change beside 10,000 Ingresses: \(ContinuousClock.now - began)")
        }
    }

    private func change(_ stage: ClusterStage, _ index: Int) throws -> Duration {
        let began = ContinuousClock.now
        try stage.update(
            "ingress-\(index)",
            [ClusterStage.rule(host(index), to: "service-\(index)", saying: "second")])
        for replica in stage.replicas {
            try eventually("it is live") {
                try stage.said(host(index), port: replica.external) == "second"
            }
        }
        return ContinuousClock.now - began
    }

    private func deletion(_ stage: ClusterStage, _ index: Int) throws -> Duration {
        let began = ContinuousClock.now
        try stage.server.delete(.ingresses, ClusterStage.namespace, "ingress-\(index)")
        for replica in stage.replicas {
            try eventually("it is gone") {
                try stage.ask(host(index), port: replica.external).status == 404
            }
        }
        return ContinuousClock.now - began
    }

    private func compiled(_ replica: Gateway) throws -> Double {
        try replica.metrics().sum("weir_table_routes_compiled_total")
    }

    /// A hundred changes of addresses a second, for five seconds.
    private func churn(_ stage: ClusterStage, _ upstream: EchoUpstream) throws {
        let before = try stage.replicas.map { try compiled($0) }
        let ticks = stage.replicas.map(\.process.processorTicks)
        let clock = ContinuousClock()
        let began = clock.now
        for step in 0..<500 {
            // Paced by the clock, as they would come.
            while clock.now < began + .milliseconds(10 * step) { usleep(500) }
            try stage.server.patch(
                .endpointSlices, ClusterStage.namespace, "service-\(100 + step)",
                [
                    "endpoints": [
                        ["addresses": ["127.0.0.\(2 + step % 200)"], "conditions": ["ready": true]]
                    ]
                ])
        }
        let took = clock.now - began
        let after = try stage.replicas.map { try compiled($0) }
        #expect(after == before, "changes of addresses compiled routes")
        let used = zip(stage.replicas, ticks).map { $0.process.processorTicks - $1 }
        print(
            "500 changes of addresses in \(took): CPU of each replica in ms: \(used.map { $0 * 10 })"
        )
        #expect(used.allSatisfy { .milliseconds($0 * 10) < took })
    }
}
