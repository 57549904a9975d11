import FakeAPIServer
import Foundation
import TestSupport
import Testing

/// Kourier's own end-to-end tests (knative.md §4.6), with `config-weir` where it has `config-kourier`.
@Suite struct KourierTests {
    private let host = "hello.example.com"

    /// Writes config-weir, and waits until workers serve with it.
    private func configure(_ stage: ClusterStage, _ data: JSONValue) throws {
        let before = try stage.gateway.tableVersion()
        let name = "config-weir"
        if stage.server.get(.configMaps, "knative-serving", name) == nil {
            try stage.server.create([
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": .string(name), "namespace": "knative-serving"], "data": data,
            ])
        } else {
            try stage.server.modify(.configMaps, "knative-serving", name) { $0["data"] = data }
        }
        try stage.gateway.waitForTable(after: before)
    }

    /// Asks with these bytes first; nil where no answer comes.
    private func ask(_ stage: ClusterStage, after prefix: [UInt8], port: UInt16? = nil) -> Message?
    {
        let bytes = prefix + Array(ClusterStage.request(host, "/", ["Connection: close"]).utf8)
        guard let client = try? RawClient(port: port ?? stage.gateway.external) else { return nil }
        defer { client.close() }
        do {
            try client.send(bytes)
            return try client.readResponse()
        } catch {
            return nil
        }
    }

    /// A PROXY header of version 2: 10.1.1.1:1000 to 20.2.2.2:2000.
    private let proxyHeader: [UInt8] =
        [0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a, 0x21, 0x11, 0, 12]
        + [10, 1, 1, 1, 20, 2, 2, 2, 0x03, 0xe8, 0x07, 0xd0]

    @Test func `conflict: the younger is told, and served when the older goes`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let old = try stage.ready([ClusterStage.rule(host, to: "echo", saying: "old")])
            let ingress = ClusterObjects.ingress([
                ClusterStage.rule(host, to: "echo", saying: "new"),
                ClusterStage.rule("second.example.com", to: "echo", saying: "new"),
            ])
            // Names decide between objects of the same second.
            var young = ingress
            young["metadata"]["name"] = "z-young"
            try stage.server.create(young)
            try eventually("it is rejected") {
                let ready = stage.readiness("z-young")
                return ready["status"] == "False" && ready["reason"] == "DomainConflict"
            }
            let said = stage.readiness("z-young")["message"].text ?? ""
            #expect(
                said == "Ingress rejected: host \(host) is served by the older Ingress "
                    + "\(ClusterStage.namespace)/\(old)")
            #expect(try stage.said(host, port: stage.gateway.external) == "old")
            // It loses that host only.
            #expect(try stage.said("second.example.com", port: stage.gateway.external) == "new")
            try stage.server.delete(.ingresses, ClusterStage.namespace, old)
            try stage.waitUntilReady("z-young")
            #expect(try stage.said(host, port: stage.gateway.external) == "new")
        }
    }

    @Test func `ha/gateway and upgrade: replicas are replaced one by one, every answer is 200`()
        throws
    {
        try withCluster(replicas: 2, settings: ["drain-delay": "1s", "drain-time": "5s"]) {
            stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            try stage.ready([ClusterStage.rule(host, to: "echo")])
            var answers = 0
            func askReady(_ replicas: [Gateway]) throws {
                for replica in replicas {
                    // As a Service sends: only to who says that it is ready.
                    guard (try? replica.get("/readyz", port: replica.status))?.status == 200 else {
                        continue
                    }
                    #expect(try stage.ask(host, port: replica.external).status == 200)
                    answers += 1
                }
            }
            for old in 0..<2 {
                try stage.startReplica()
                let isOver = Latch()
                let process = stage.replicas[old].process
                let ending = Background {
                    defer { isOver.open() }
                    process.send(SIGTERM)
                    return try process.waitForEnd()
                }
                while !isOver.isOpen { try askReady(stage.replicas) }
                #expect(try ending.value() == .exit(0))
                _ = stage.end(old)
            }
            try askReady(stage.replicas)
            #expect(answers > 20)
        }
    }

    @Test func `graceful shutdown: what ends in time is answered, the rest is cut`() throws {
        try withCluster(settings: ["drain-delay": "0s", "drain-time": "5s"]) { stage throws in
            let upstream = try stage.upstream(.timeout)
            try stage.ready([
                ClusterObjects.rule([host], [ClusterObjects.path([ClusterObjects.split(upstream)])])
            ])
            let port = stage.gateway.external
            let (quick, slow) = (2000, 9000)
            let asked = [quick, slow].map { delay in
                let request = ClusterStage.request(
                    host, "/?initialTimeout=\(delay)&timeout=0", ["Connection: close"])
                return Background { try RawClient.ask(port: port, request, within: .seconds(20)) }
            }
            try stage.gateway.waitForMetric("weir_active_requests") { $0 == 2 }
            #expect(stage.end(0) == .exit(0))
            #expect(try asked[0].value().status == 200)
            #expect(throws: (any Error).self) { try asked[1].value() }
        }
    }

    @Test func `timeout: a silent exchange ends where stream-idle-timeout is set`() throws {
        try withCluster { stage throws in
            try configure(stage, ["stream-idle-timeout": "1s"])
            let upstream = try stage.upstream(.timeout)
            try stage.ready([
                ClusterObjects.rule([host], [ClusterObjects.path([ClusterObjects.split(upstream)])])
            ])
            let answer = try stage.ask(host, "/?initialTimeout=30000&timeout=0")
            #expect(answer.status == 504)
            try stage.gateway.waitForMetric("weir_requests_total", ["flags": "SI"]) { $0 == 1 }
            // Bytes now and then keep it alive, however long it takes in all.
            #expect(try stage.ask(host, "/?initialTimeout=500&timeout=700").status == 200)
            try configure(stage, [:])
            #expect(try stage.ask(host, "/?initialTimeout=2500&timeout=0").status == 200)
        }
    }

    @Test func `PROXY protocol: required from the next connection on, and not inside`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            try stage.ready([ClusterStage.rule(host, to: "echo")])
            #expect(ask(stage, after: [])?.status == 200)
            try configure(stage, ["enable-proxy-protocol": "true"])
            #expect(ask(stage, after: []) == nil)
            let answer = try #require(ask(stage, after: proxyHeader))
            #expect(answer.status == 200)
            #expect(answer.bodyText.contains("10.1.1.1"))
            #expect(ask(stage, after: [], port: stage.gateway.cluster)?.status == 200)
            try configure(stage, ["enable-proxy-protocol": "false"])
            #expect(ask(stage, after: [])?.status == 200)
        }
    }

    @Test func `cipher-suites: only those, from the next handshake on`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let authority = try Authority("test")
            let identity = try authority.issue(host)
            try stage.server.create(
                ClusterObjects.secret("cert", certificate: identity.certificate, key: identity.key))
            try stage.ready(
                [ClusterStage.rule(host, to: "echo")],
                tls: [ClusterObjects.tls([host], secret: "cert")])
            func status(_ suite: String) throws -> String {
                let port = stage.gateway.externalTLS
                let run = try Tool.run(
                    ["/usr/bin/curl", "--silent", "--max-time", "10", "--cacert", authority.path]
                        + ["--tls-max", "1.2", "--ciphers", suite]
                        + ["--resolve", "\(host):\(port):127.0.0.1", "--output", "/dev/null"]
                        + ["--write-out", "%{http_code}", "https://\(host):\(port)/"])
                return run.stdout
            }
            let (wanted, other) = (
                "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"
            )
            #expect(try status(other) == "200")
            try configure(stage, ["cipher-suites": .string(wanted)])
            #expect(try status(wanted) == "200")
            #expect(try status(other) == "000")
            // What nobody should have is refused, and the last good list stays.
            try stage.server.modify(.configMaps, "knative-serving", "config-weir") {
                $0["data"] = ["cipher-suites": "DES-CBC3-SHA"]
            }
            try stage.gateway.waitForMetric("weir_object_errors", ["kind": "ConfigMap"]) { $0 == 1 }
            #expect(try status(wanted) == "200")
        }
    }

    @Test func `one certificate: every host without its own`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            let authority = try Authority("test")
            let identity = try authority.issue("*.example.com")
            var secret = ClusterObjects.secret(
                "wild", certificate: identity.certificate, key: identity.key)
            secret["metadata"]["namespace"] = "knative-serving"
            try stage.server.create(secret)
            try configure(
                stage,
                ["certs-secret-name": "wild", "certs-secret-namespace": "knative-serving"])
            try stage.ready([ClusterStage.rule(host, to: "echo")])
            #expect(try stage.ask(host).status == 200)
            let port = stage.gateway.externalTLS
            try eventually("https answers") {
                let run = try Tool.run(
                    ["/usr/bin/curl", "--silent", "--max-time", "10", "--cacert", authority.path]
                        + ["--tlsv1.3", "--resolve", "\(host):\(port):127.0.0.1"]
                        + ["--output", "/dev/null", "--write-out", "%{http_code}"]
                        + ["https://\(host):\(port)/"])
                return run.stdout == "200"
            }
        }
    }

    @Test func `ext-authz: a replica that cannot ask is not ready, and says why`() throws {
        try withCluster { stage throws in
            let upstream = try EchoUpstream("echo")
            try stage.publish(upstream)
            try stage.ready([ClusterStage.rule(host, to: "echo")])
            try configure(stage, ["extauthz-host": "authz:8080", "extauthz-protocol": "grpc"])
            func ready() throws -> Message {
                try stage.gateway.get("/readyz", port: stage.gateway.status)
            }
            try eventually("it is not ready") { try ready().status == 503 }
            #expect(try ready().bodyText.contains("extauthz-host"))
            try eventually("the log names the key") {
                stage.gateway.process.stderr.contains("extauthz-host")
            }
            try configure(stage, [:])
            try eventually("it is ready again") { try ready().status == 200 }
        }
    }
}
