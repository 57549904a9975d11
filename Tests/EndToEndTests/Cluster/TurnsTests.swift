import FakeAPIServer
import Foundation
import TestSupport
import Testing

/// Each part of a cluster is killed and started again in turn, under load.
///
/// For 20 s, or for as long as `WEIR_TURNS` says in seconds.
@Suite struct TurnsTests {
    private let host = "hello.example.com"
    private let connections = 4

    private var time: Duration {
        let text = ProcessInfo.processInfo.environment["WEIR_TURNS"] ?? ""
        return .seconds(Int(text) ?? 20)
    }

    private func load(_ gateway: Gateway) -> LoadClient {
        LoadClient(
            port: gateway.external, connections: connections,
            requests: [ClusterStage.request(host, "/", [])])
    }

    @Test func `only requests that were on a killed upstream fail`() throws {
        try withCluster(replicas: 2) { stage throws in
            var upstreams = [try stage.upstream(.runtime)]
            let service = upstreams[0]
            let path = ClusterObjects.path([ClusterObjects.split(service)])
            try stage.ready([ClusterObjects.rule([host], [path])])
            let second = try stage.addProcess(to: service)
            upstreams.append(second)
            // The first replica is never killed: its clients see all that a client may see.
            let witness = load(stage.replicas[0])
            let end = ContinuousClock.now + time
            var kills = 0
            var rounds = 0
            var index = 1
            while ContinuousClock.now < end || rounds < 1 {
                rounds += 1
                try stage.server.beginOutage()
                try eventually("the outage is noticed", within: .seconds(10)) {
                    try stage.gateway.metrics().sum("weir_cluster_staleness_seconds") > 0
                }
                try stage.server.endOutage()
                // An upstream's process dies, and another takes its place at another address.
                upstreams[1].process.process.send(SIGKILL)
                kills += 1
                try stage.server.delete(.endpointSlices, ClusterStage.namespace, upstreams[1].name)
                upstreams[1] = try stage.addProcess(to: service)
                // A replica dies, be it the leader or not, and another one joins.
                try stage.kill(index)
                try stage.startReplica()
                index = stage.replicas.count - 1
                let name = try stage.ready(
                    [
                        ClusterStage.rule(
                            "round-\(rounds).example.com", to: service.name,
                            port: service.servicePort)
                    ], within: .seconds(45))
                #expect(!name.isEmpty)
            }
            let report = try witness.finish()
            #expect(report.answers.count > 100)
            let bad = report.answers.filter { $0.status != 200 }
            // An answer that was on its way from a killed upstream can only be cut.
            let others = report.failures.filter { $0.hasSuffix(", 0 bytes of an answer") }
            #expect(others.isEmpty, "\(others.prefix(3))")
            let lost = bad.count + report.failures.count
            #expect(lost <= kills * connections, "\(lost) of \(report.answers.count)")
        }
    }
}
