import FakeAPIServer
import Foundation
import TestSupport
import Testing

/// Knative's conformance suite for ingresses: headers.
@Suite struct `Conformance: headers` {
    private let name = "Foo-Bar-Baz"

    @Test func `headers/pre-split`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(.runtime)
            let host = "\(upstream.name).example.com"
            let path = ClusterObjects.path(
                [ClusterObjects.split(upstream)], appending: [name: .string(upstream.name)])
            try stage.ready([ClusterObjects.rule([host], [path])])
            #expect(try stage.report(host).values(name) == [upstream.name])
            #expect(try stage.report(host, "/", "\(name): bogus").values(name) == [upstream.name])
        }
    }

    @Test func `headers/post-split`() throws {
        try withCluster { stage throws in
            let upstreams = try (0..<4).map { _ in try stage.upstream(.runtime) }
            let host = "\(upstreams[0].name).example.com"
            let splits = upstreams.map {
                ClusterObjects.split($0, percent: 25, appending: [name: .string($0.name)])
            }
            try stage.ready([ClusterObjects.rule([host], [ClusterObjects.path(splits)])])
            for more in [[], ["\(name): bogus"]] {
                let client = try RawClient(port: stage.gateway.external)
                var seen: Set<String> = []
                for _ in 0..<100 {
                    try client.send(ClusterStage.request(host, "/", more))
                    let report = try RuntimeReport(client.readResponse())
                    #expect(report.values(name) == [report.host.name])
                    seen.insert(report.values(name).first ?? "")
                }
                #expect(seen == Set(upstreams.map(\.name)))
            }
        }
    }

    @Test func `headers/probe`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(.runtime)
            let host = "\(upstream.name).example.com"
            let path = ClusterObjects.path([ClusterObjects.split(upstream)])
            let name = try stage.ready([ClusterObjects.rule([host], [path])])
            let answer = try stage.ask(
                host, "/", "K-Network-Probe: probe", "K-Network-Hash: override")
            #expect(answer.status == 200)
            #expect(try answer["K-Network-Hash"] == hash(of: name, host, upstream))
            let other = "2701a1b2" + String(repeating: "0", count: 53) + "111"
            let echo = try stage.ask(
                host, "/", "K-Network-Probe: probe", "K-Network-Hash: \(other)")
            #expect(echo.status == 200)
            #expect(echo["K-Network-Hash"] == other)
        }
    }

    /// The digest of the specification as Go writes it, then the namespace and the name.
    private func hash(
        of name: String, _ host: String, _ upstream: ClusterUpstream
    ) throws -> String {
        let split =
            #"{"serviceNamespace":"\#(ClusterStage.namespace)","serviceName":"\#(upstream.name)","#
            + #""servicePort":\#(upstream.servicePort),"percent":100}"#
        let spec =
            #"{"rules":[{"hosts":["\#(host)"],"visibility":"ExternalIP","http":{"paths":["#
            + #"{"splits":[\#(split)]}]}}],"httpOption":"Enabled"}"#
        let folder = try ScratchFolder()
        let text = spec + ClusterStage.namespace + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path("spec")))
        let output = try Tool.succeed(["/usr/bin/sha256sum", folder.path("spec")])
        return String(output.stdout.prefix(64))
    }

    @Test func `headers/tags`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(.runtime)
            let host = "\(upstream.name).example.com"
            let split = ClusterObjects.split(upstream)
            let tagged = ClusterObjects.path(
                [split], headers: ["Knative-Serving-Tag": ["exact": "the-tag"]],
                appending: [ClusterStage.mark: "tag"])
            let plain = ClusterObjects.path([split], appending: [ClusterStage.mark: "no-tag"])
            try stage.ready([ClusterObjects.rule([host], [tagged, plain])])
            func mark(_ fields: [String]) throws -> [String] {
                let client = try RawClient(port: stage.gateway.external)
                try client.send(ClusterStage.request(host, "/", fields))
                return try RuntimeReport(client.readResponse()).values(ClusterStage.mark)
            }
            #expect(try mark(["Knative-Serving-Tag: the-tag"]) == ["tag"])
            #expect(try mark([]) == ["no-tag"])
            #expect(try mark(["Knative-Serving-Tag: "]) == ["no-tag"])
            #expect(try mark(["Knative-Serving-Tag: not-the-tag"]) == ["no-tag"])
        }
    }
}
