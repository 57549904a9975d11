import FakeAPIServer
import TestSupport
import Testing

/// Knative's conformance suite for ingresses: no retries, and no time-outs.
@Suite struct `Conformance: patience` {
    @Test func `retry`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(.retry)
            let host = "\(upstream.name).example.com"
            let path = ClusterObjects.path([ClusterObjects.split(upstream)])
            try stage.ready([ClusterObjects.rule([host], [path])])
            let first = try stage.ask(host)
            #expect(first.status == 503)
            #expect(first.bodyText == "Retry 0")
            let second = try stage.ask(host)
            #expect(second.status == 200)
            #expect(second.bodyText == "Retry 1")
        }
    }

    @Test func `timeout`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(.timeout)
            let host = "\(upstream.name).example.com"
            let path = ClusterObjects.path([ClusterObjects.split(upstream)])
            try stage.ready([ClusterObjects.rule([host], [path])])
            let port = stage.gateway.external
            let answers = [(0, 0), (10_000, 0), (0, 10_000)].map { first, second in
                let path = "/?initialTimeout=\(first)&timeout=\(second)"
                let request = ClusterStage.request(host, path, ["Connection: close"])
                return (
                    second,
                    Background { try RawClient.ask(port: port, request, within: .seconds(30)) }
                )
            }
            for (pause, answer) in answers {
                let answer = try answer.value(within: .seconds(40))
                #expect(answer.status == 200)
                #expect(answer.bodyText == "Slept for \(pause) milliseconds")
            }
        }
    }
}
