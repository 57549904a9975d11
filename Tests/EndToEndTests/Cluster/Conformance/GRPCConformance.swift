import FakeAPIServer
import TestSupport
import Testing

/// Knative's conformance suite for ingresses: gRPC, by a client of gRPC's C core.
@Suite struct `Conformance: gRPC` {
    /// What ping_client.py says.
    private struct Answer: Decodable {
        var suffixes: [String: Int]
    }

    private func ping(_ stage: ClusterStage, _ host: String, _ more: String...) throws -> Answer {
        try PythonProgram.run(
            "ping_client", ["--port", "\(stage.gateway.external)", "--host", host] + more,
            as: Answer.self, within: .seconds(60))
    }

    @Test func `grpc`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(.ping, ["--suffix", "- pong"])
            let host = "\(upstream.name).example.com"
            let path = ClusterObjects.path([ClusterObjects.split(upstream)])
            try stage.ready([ClusterObjects.rule([host], [path])])
            #expect(try ping(stage, host, "--trips", "100").suffixes == ["- pong": 1])
        }
    }

    @Test func `grpc/split`() throws {
        try withCluster { stage throws in
            let blue = try stage.upstream(.ping, ["--suffix", "- blue"])
            let green = try stage.upstream(.ping, ["--suffix", "- green"])
            let host = "\(blue.name).example.com"
            let splits = [blue, green].map { ClusterObjects.split($0, percent: 50) }
            try stage.ready([ClusterObjects.rule([host], [ClusterObjects.path(splits)])])
            let answer = try ping(stage, host, "--streams", "100", "--trips", "11", "--until", "2")
            #expect(Set(answer.suffixes.keys) == ["- blue", "- green"])
        }
    }
}
