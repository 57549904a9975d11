import FakeAPIServer
import TestSupport
import Testing

/// Knative's conformance suite for ingresses: the plain ones.
@Suite struct `Conformance: basics` {
    @Test func `basics`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(.runtime)
            let host = "\(upstream.name).example.com"
            // The suite leaves the percentage out, and its defaulting makes it 100.
            let split = ClusterObjects.split(upstream)
            try stage.ready([ClusterObjects.rule([host], [ClusterObjects.path([split])])])
            let report = try stage.report(host)
            #expect(report.host.name == upstream.name)
            #expect(report.request.host == host)
            #expect(report.request.protoMajor == 1)
        }
    }

    @Test func `basics/http2`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(
                .runtime, portName: "http2", appProtocol: "kubernetes.io/h2c")
            let host = "\(upstream.name).example.com"
            let path = ClusterObjects.path([ClusterObjects.split(upstream)])
            try stage.ready([ClusterObjects.rule([host], [path])])
            #expect(try stage.report(host).request.protoMajor == 2)
        }
    }

    @Test func `hosts/multiple`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(.runtime)
            let name = upstream.name
            let hosts = [
                "\(name).foo.com", "\(name).www.foo.com",
                "\(name).a-b-1.something-really-really-long.knative.dev",
                "\(name).add.your.interesting.domain.here.io",
            ]
            let path = ClusterObjects.path([ClusterObjects.split(upstream)])
            try stage.ready([ClusterObjects.rule(hosts, [path])])
            for host in hosts { #expect(try stage.report(host).request.host == host) }
        }
    }

    /// The suite waits 2 s and compares; here an Ingress of ours that is made later and is ready
    /// tells that the others were passed over.
    @Test func `ingressclass`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(.runtime)
            let rule = ClusterObjects.rule(
                ["foreign.example.com"], [ClusterObjects.path([ClusterObjects.split(upstream)])])
            let annotations: [JSONValue] = [
                nil, [:], ["networking.knative.dev/ingress.class": "incorrect"],
                ["networking.knative.dev/ingress.class": ""],
            ]
            let foreign = try annotations.map {
                try stage.server.create(ClusterObjects.ingress([rule], annotations: $0))
            }
            let path = ClusterObjects.path([ClusterObjects.split(upstream)])
            let own = try stage.ready([ClusterObjects.rule(["own.example.com"], [path])])
            for object in foreign {
                let name = object["metadata"]["name"].text ?? ""
                #expect(stage.server.get(.ingresses, ClusterStage.namespace, name) == object)
                let writes = stage.server.log.count {
                    ["update", "patch"].contains($0.verb) && $0.name == name
                }
                #expect(writes == 0)
            }
            #expect(!stage.server.log.statusWrites(own).isEmpty)
            #expect(stage.status("foreign.example.com") == 404)
        }
    }
}
