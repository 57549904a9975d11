import FakeAPIServer
import TestSupport
import Testing

/// Knative's conformance suite for ingresses: updates without one failed request.
///
/// Two replicas run: an Ingress is ready when both serve it.
@Suite struct `Conformance: updates` {
    private let name = "Who-Are-You"

    private func rules(_ host: String, _ upstream: ClusterUpstream, _ value: String) -> [JSONValue]
    {
        // The suite's updates leave the percentage out.
        let split = ClusterObjects.split(
            upstream, percent: 0, appending: [name: .string(value)])
        return [ClusterObjects.rule([host], [ClusterObjects.path([split])])]
    }

    private func check(_ stage: ClusterStage, _ host: String, _ value: String) throws {
        for replica in stage.replicas {
            #expect(try stage.report(host, port: replica.external).values(name) == [value])
        }
    }

    @Test func `update, of headers`() throws {
        try withCluster(replicas: 2) { stage throws in
            let upstream = try stage.upstream(.runtime)
            let host = "\(upstream.name).example.com"
            let ingress = try stage.ready(rules(host, upstream, "first"))
            try stage.probing(host) {
                for round in 0..<10 {
                    try stage.update(ingress, rules(host, upstream, "round-\(round)"))
                    try stage.waitUntilReady(ingress)
                    try check(stage, host, "round-\(round)")
                }
            }
        }
    }

    @Test func `update, of upstreams that go away`() throws {
        try withCluster(replicas: 2) { stage throws in
            var upstream = try stage.upstream(.runtime)
            let host = "\(upstream.name).example.com"
            let ingress = try stage.ready(rules(host, upstream, upstream.name))
            try stage.probing(host) {
                for _ in 0..<10 {
                    let next = try stage.upstream(.runtime)
                    try stage.update(ingress, rules(host, next, next.name))
                    try stage.waitUntilReady(ingress)
                    try check(stage, host, next.name)
                    try stage.remove(upstream)
                    upstream = next
                }
            }
        }
    }
}
