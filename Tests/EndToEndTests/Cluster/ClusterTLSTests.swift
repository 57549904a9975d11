import FakeAPIServer
import Foundation
import TestSupport
import Testing

/// Certificates of a cluster (knative.md §4.5, §4.6, §6.5): by name, rotated, inside, to upstreams.
@Suite struct ClusterTLSTests {
    private let host = "hello.example.com"

    /// Asks over TLS by curl, which trusts this authority only; gives status and body.
    private func ask(
        _ host: String, port: UInt16, _ authority: Authority, _ more: String...
    ) throws -> String {
        try Tool.run(
            ["/usr/bin/curl", "--silent", "--max-time", "10", "--cacert", authority.path]
                + ["--resolve", "\(host):\(port):127.0.0.1", "--write-out", "%{http_code}"]
                + more + ["https://\(host):\(port)/"]
        ).stdout
    }

    private func secret(_ name: String, _ identity: Authority.Identity) -> JSONValue {
        ClusterObjects.secret(name, certificate: identity.certificate, key: identity.key)
    }

    @Test func `each host has its own certificate, and a new one without a restart`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let first = try Authority("first")
            let second = try Authority("second")
            let wild = "other.example.com"
            try stage.server.create(secret("one", try first.issue(host)))
            try stage.server.create(secret("wild", try second.issue("*.example.com")))
            try stage.ready(
                [ClusterStage.rule(host, to: "echo")],
                tls: [ClusterObjects.tls([host], secret: "one")])
            try stage.ready(
                [ClusterStage.rule(wild, to: "echo")],
                tls: [ClusterObjects.tls([wild], secret: "wild")])
            let port = stage.gateway.externalTLS
            #expect(try ask(host, port: port, first).hasSuffix("200"))
            #expect(try ask(wild, port: port, second).hasSuffix("200"))
            // Trusted by the wrong one: the other certificate would be an error of curl.
            #expect(try ask(host, port: port, second) == "000")
            let renewed = secret("one", try second.issue(host))
            try stage.server.modify(.secrets, ClusterStage.namespace, "one") {
                $0["data"] = renewed["data"]
            }
            try eventually("the new certificate is served") {
                try ask(host, port: port, second).hasSuffix("200")
            }
        }
    }

    @Test func `cluster-local TLS is served inside, and not outside`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let authority = try Authority("inside")
            let hosts =
                ["hello.serving-tests", "hello.serving-tests.svc"]
                + ["hello.serving-tests.svc.cluster.local"]
            try stage.server.create(
                secret("local", try authority.issue(hosts[0], hosts[1], hosts[2])))
            let path: JSONValue = [
                "splits": [
                    [
                        "serviceNamespace": .string(ClusterStage.namespace),
                        "serviceName": "echo", "servicePort": 80, "percent": 100,
                    ]
                ]
            ]
            try stage.ready(
                [ClusterObjects.rule(hosts, [path], visibility: "ClusterLocal")],
                tls: [ClusterObjects.tls(hosts, secret: "local")])
            for host in hosts {
                let answer = try ask(host, port: stage.gateway.clusterTLS, authority)
                #expect(answer.hasSuffix("200"), "\(host): \(answer)")
                #expect(try stage.ask(host, port: stage.gateway.cluster).status == 200)
                #expect(try stage.ask(host).status == 404)
                #expect(
                    try ask(host, port: stage.gateway.externalTLS, authority).hasSuffix("404"))
            }
        }
    }

    @Test func `system-internal-tls: upstreams are asked encrypted and verified`() throws {
        try withCluster { stage throws in
            let (authority, stranger) = (try Authority("internal"), try Authority("stranger"))
            let names = ["kn-user-serving-tests", "data-plane.knative.dev"]
            let identity = try authority.issue(names[0], names[1])
            let folder = try ScratchFolder()
            try ManifestFolder(path: folder.path).write(
                "both.pem", identity.certificate + identity.key)
            let upstream = try PythonUpstream(
                UpstreamKind.http1.reporter, "one", "--tls", folder.path("both.pem"))
            defer { upstream.stop() }
            try stage.server.create([
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "config-network", "namespace": "knative-serving"],
                "data": ["system-internal-tls": "Enabled"],
            ])
            func vouch(_ authority: Authority) -> JSONValue {
                ["ca.crt": .string(Data(authority.certificate.utf8).base64EncodedString())]
            }
            try stage.server.create([
                "apiVersion": "v1", "kind": "Secret",
                "metadata": ["name": "routing-serving-certs", "namespace": "knative-serving"],
                "data": vouch(authority),
            ])
            let port: JSONValue = [
                "name": "https", "port": 443, "targetPort": .integer(Int(upstream.port)),
            ]
            try stage.server.create(ClusterObjects.service("secure", [port]))
            try stage.server.create(
                ClusterObjects.slice("secure", port: upstream.port, named: "https", nil))
            try stage.ready([ClusterStage.rule(host, to: "secure", port: 443)])
            #expect(try stage.ask(host).status == 200)
            // Nobody vouches for it any more: nothing goes out, least of all in plain text.
            try stage.server.modify(.secrets, "knative-serving", "routing-serving-certs") {
                $0["data"] = vouch(stranger)
            }
            try eventually("it is not asked") { try stage.ask(host).status == 503 }
            try stage.server.modify(.secrets, "knative-serving", "routing-serving-certs") {
                $0["data"] = vouch(authority)
            }
            try eventually("it is asked again") { try stage.ask(host).status == 200 }
        }
    }

    @Test func `PROXY protocol: an https host that leads inside expects no second header`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let authority = try Authority("outside")
            try stage.server.create(secret("cert", try authority.issue(host)))
            try stage.server.create([
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "config-weir", "namespace": "knative-serving"],
                "data": ["enable-proxy-protocol": "true"],
            ])
            let local = "inner.\(ClusterStage.namespace).svc.cluster.local"
            // Visible outside too, as the original has it: the internal listener serves it all the
            // same.
            try stage.ready([ClusterStage.rule(local, to: "echo")])
            try stage.server.create(
                ClusterObjects.externalName(
                    "inner", "weir-internal.weir-system.svc.cluster.local",
                    ["name": "http2", "port": 80, "targetPort": 80]))
            let split: JSONValue = [
                "serviceNamespace": .string(ClusterStage.namespace), "serviceName": "inner",
                "servicePort": 80, "percent": 100,
                "appendHeaders": ["K-Original-Host": .string(host)],
            ]
            try stage.ready(
                [ClusterObjects.rule([host], [ClusterObjects.path([split], rewriteHost: local)])],
                tls: [ClusterObjects.tls([host], secret: "cert")])
            let port = stage.gateway.externalTLS
            try eventually("the PROXY header is expected") {
                try ask(host, port: port, authority) == "000"
            }
            let answer = try ask(host, port: port, authority, "--haproxy-protocol")
            #expect(answer.hasSuffix("200"))
            #expect(answer.lowercased().contains("k-original-host: \(host)"))
            #expect(answer.lowercased().contains("host: \(local)"))
        }
    }
}
