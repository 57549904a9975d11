import FakeAPIServer
import TestSupport
import Testing

/// Knative's conformance suite for ingresses: what is for clients inside the cluster only.
@Suite struct `Conformance: visibility` {
    private func isHidden(_ stage: ClusterStage, _ host: String, _ path: String = "/") -> Bool {
        [nil, 404].contains(stage.status(host, path))
    }

    private func localHost(_ prefix: String) -> String {
        "\(ClusterStage.randomName(prefix)).\(ClusterStage.namespace).svc.cluster.local"
    }

    @Test func `visibility`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(.runtime)
            let name = upstream.name
            let hosts = [
                "\(name).\(ClusterStage.namespace).svc.cluster.local",
                "\(name)-1.\(ClusterStage.namespace).svc", "\(name)-2.\(ClusterStage.namespace)",
            ]
            let path = ClusterObjects.path([ClusterObjects.split(upstream)])
            try stage.ready([ClusterObjects.rule(hosts, [path], visibility: "ClusterLocal")])
            for host in hosts {
                #expect(isHidden(stage, host), "\(host)")
                let open = try stage.proxy(to: host)
                #expect(try stage.report(open).request.host == host)
            }
        }
    }

    @Test func `visibility/split`() throws {
        try withCluster { stage throws in
            let host = localHost("split")
            let path = try ClusterObjects.path(ShareSample.splits(stage))
            try stage.ready([ClusterObjects.rule([host], [path], visibility: "ClusterLocal")])
            #expect(isHidden(stage, host))
            ShareSample.check(try stage.counts(stage.proxy(to: host), asking: 1000))
        }
    }

    @Test func `visibility/path`() throws {
        try withCluster { stage throws in
            let host = localHost("path")
            try stage.ready([
                ClusterObjects.rule(
                    [host], PathSample.paths(stage), visibility: "ClusterLocal")
            ])
            for path in ["", "/foo", "/bar", "/baz"] {
                #expect(isHidden(stage, host, path.isEmpty ? "/" : path))
            }
            let open = try stage.proxy(to: host)
            for (path, name) in PathSample.expected {
                #expect(try stage.report(open, path).values(ClusterStage.mark) == [name])
            }
        }
    }

    @Test func `host-rewrite`() throws {
        try withCluster { stage throws in
            let upstream = try stage.upstream(.runtime)
            let name = ClusterStage.randomName("private")
            let local = "\(name).\(ClusterStage.namespace).svc.cluster.local"
            let path = ClusterObjects.path([ClusterObjects.split(upstream)])
            let inner = try stage.ready([
                ClusterObjects.rule([local], [path], visibility: "ClusterLocal")
            ])
            let status = stage.server.get(.ingresses, ClusterStage.namespace, inner)?["status"]
            let balancer = status?["privateLoadBalancer"]["ingress"][0]["domainInternal"].text
            #expect(balancer == "weir-internal.weir-system.svc.cluster.local")
            try stage.server.create(
                ClusterObjects.externalName(
                    name, balancer ?? "", ["name": "http2", "port": 80, "targetPort": 80]))
            let hosts = ["\(name).vanity.ismy.name", "\(name).vanity.isalsomy.number"]
            let split: JSONValue = [
                "serviceNamespace": .string(ClusterStage.namespace), "serviceName": .string(name),
                "servicePort": 80, "percent": 100,
            ]
            try stage.ready([
                ClusterObjects.rule(hosts, [ClusterObjects.path([split], rewriteHost: local)])
            ])
            for host in hosts { #expect(try stage.report(host).request.host == local) }
        }
    }
}
