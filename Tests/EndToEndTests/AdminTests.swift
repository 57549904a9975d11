import Foundation
import TestSupport
import Testing

/// The status and admin listeners.
@Suite struct `Status and admin` {
    @Test func `both answer health, readiness and metrics`() throws {
        try withApp(answering: { _ in response() }) { gateway, _ throws in
            for port in [gateway.status, gateway.admin] {
                for path in ["/healthz", "/readyz", "/metrics"] {
                    #expect(try gateway.get(path, port: port).status == 200, "\(path)")
                }
            }
        }
    }

    @Test func `status answers nothing else`() throws {
        try withApp(answering: { _ in response() }) { gateway, _ throws in
            for path in ["/routes", "/version", "/explain", "/", "/metrics/x"] {
                #expect(try gateway.get(path, port: gateway.status).status == 404, "\(path)")
            }
            for path in ["/drain", "/healthz"] {
                let answer = try RawClient.ask(
                    port: gateway.status,
                    head("POST \(path) HTTP/1.1", "Host: x", "Content-Length: 0"))
                #expect([404, 405].contains(answer.status))
            }
            #expect(try gateway.get("/readyz", port: gateway.status).status == 200)
        }
    }

    @Test func `the traffic listeners answer none of it`() throws {
        try withApp(answering: { _ in response() }) { gateway, _ throws in
            for port in [gateway.external, gateway.cluster] {
                for path in ["/healthz", "/metrics", "/routes", "/drain"] {
                    #expect(try gateway.get(path, port: port).status == 404)
                }
            }
        }
    }

    @Test func `the version is said`() throws {
        try withApp(answering: { _ in response() }) { gateway, _ throws in
            let answer = try gateway.get("/version", port: gateway.admin)
            #expect(answer.status == 200)
            #expect(!answer.body.isEmpty)
        }
    }

    @Test func `metrics come in the format that is asked for`() throws {
        try withApp(answering: { _ in response() }) { gateway, _ throws in
            _ = try RawClient.ask(port: gateway.external, ask())
            let accept =
                "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2"
            try gateway.waitForMetric("weir_requests_total") { $0 == 1 }
            let open = try gateway.get("/metrics", port: gateway.status, accept: accept)
            #expect(open["Content-Type"]?.hasPrefix("application/openmetrics-text") == true)
            let new = try Metrics(openMetrics: open.bodyText)
            for accept in ["*/*", "text/plain"] {
                let plain = try gateway.get("/metrics", port: gateway.status, accept: accept)
                #expect(plain["Content-Type"]?.hasPrefix("text/plain") == true)
                let old = try Metrics(prometheus: plain.bodyText)
                #expect(Set(old.samples.map(\.name)) == Set(new.samples.map(\.name)))
                #expect(old.sum("weir_requests_total") == 1)
            }
        }
    }

    @Test func `every name of the design is there`() throws {
        try withApp(answering: { _ in response(body: "x") }) { gateway, _ throws in
            _ = try RawClient.ask(port: gateway.external, ask())
            try gateway.waitForMetric("weir_requests_total") { $0 == 1 }
            let metrics = try gateway.metrics()
            let labels = [
                "namespace": "default", "route": "app", "revision": "app-00001", "code": "200",
                "tag": "",
            ]
            #expect(metrics.sum("weir_requests_total", labels) == 1)
            let kept = ["namespace": "default", "route": "app", "revision": "app-00001"]
            for name in ["weir_request_duration_seconds", "weir_upstream_duration_seconds"] {
                #expect(metrics.sum(name + "_count", kept) == 1, "\(name)")
                #expect(metrics.all(name + "_bucket", kept).count > 10, "\(name)")
            }
            #expect(metrics.sum("weir_table_version") >= 1)
            #expect(metrics.sum("weir_table_routes") == 1)
            #expect(metrics.sum("weir_table_bytes") > 500)
            #expect(metrics.sum("weir_build_info") == 1)
            let types = [
                "weir_split_desired_ratio": "gauge", "weir_split_observed_ratio": "gauge",
                "weir_active_requests": "gauge", "weir_connections": "gauge",
                "weir_object_errors": "gauge", "weir_table_version": "gauge",
            ]
            for (name, type) in types { #expect(metrics.types[name] == type, "\(name)") }
            #expect(metrics.samples.contains { $0.name.hasPrefix("process_") })
            #expect(metrics.sum("process_resident_memory_bytes") > 1_000_000)
        }
    }

    @Test func `splits are shown as desired and as observed`() throws {
        let upstreams = try ["stable", "canary"].map { try EchoUpstream($0) }
        defer { for upstream in upstreams { upstream.stop() } }
        let revisions = upstreams.map { Manifests.revision($0.name, ports: [$0.port]) }
        let route = Manifests.route("app", [.init("stable", 75), .init("canary", 25)])
        try withGateway(["app.yaml": Manifests.file(revisions + [route])]) { gateway throws in
            let load = LoadClient(
                port: gateway.external, connections: 4, requests: [ask()], count: 400)
            _ = try load.finish(isCounted: true)
            try gateway.waitForMetric("weir_requests_total") { $0 == 400 }
            let metrics = try gateway.metrics()
            for (revision, share) in [("stable", 0.75), ("canary", 0.25)] {
                for name in ["weir_split_desired_ratio", "weir_split_observed_ratio"] {
                    // The public and the cluster-local rule of a Route are one split or two.
                    let values = metrics.all(name, ["revision": revision]).map(\.value)
                    #expect(values.contains { abs($0 - share) < 0.000_001 }, "\(name) \(values)")
                }
                #expect(metrics.sum("weir_requests_total", ["revision": revision]) == 400 * share)
            }
        }
    }

    @Test func `the numbers of a revision go on when its tag goes, and when it leaves and returns`()
        throws
    {
        let upstreams = try ["one", "two"].map { try EchoUpstream($0) }
        defer { for upstream in upstreams { upstream.stop() } }
        func file(_ targets: Manifests.Traffic...) -> String {
            let revisions = upstreams.map { Manifests.revision($0.name, ports: [$0.port]) }
            return Manifests.file(revisions + [Manifests.route("app", targets)])
        }
        try withGateway(["app.yaml": file(.init("one", 100), .init("one", 0, tag: "next"))]) {
            gateway throws in
            func ask(_ host: String, _ count: Int) throws {
                for _ in 0..<count {
                    let answer = try RawClient.ask(
                        port: gateway.external, head("GET / HTTP/1.1", "Host: \(host)"))
                    #expect(answer.status == 200)
                }
            }
            func served(_ version: Double) throws {
                try gateway.waitForMetric("weir_table_version") { $0 >= version }
            }
            let one = ["revision": "one"]
            let durations = "weir_request_duration_seconds_count"
            try ask(app, 2)
            try ask("next-\(app)", 3)
            try gateway.waitForMetric("weir_requests_total", one) { $0 == 5 }
            #expect(try gateway.metrics().sum(durations, one) == 5)
            let first = try gateway.metrics().sum("weir_table_version")
            try gateway.manifests.replace("app.yaml", with: file(.init("one", 100)))
            try served(first + 1)
            #expect(try gateway.metrics().sum(durations, one) == 5)
            try gateway.manifests.replace("app.yaml", with: file(.init("two", 100)))
            try served(first + 2)
            #expect(try gateway.metrics().sum("weir_requests_total", one) == 5)
            try gateway.manifests.replace("app.yaml", with: file(.init("one", 100)))
            try served(first + 3)
            try ask(app, 1)
            try gateway.waitForMetric("weir_requests_total", one) { $0 == 6 }
            #expect(try gateway.metrics().sum(durations, one) == 6)
        }
    }

    @Test func `routes shows hosts, shares, destinations and the version`() throws {
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            let text = try gateway.routes()
            for word in [app, "app.default.svc.cluster.local", "app-00001", "\(upstream.port)"] {
                #expect(text.contains(word), "\(word) in \(text)")
            }
            let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
            #expect(value is [String: Any])
        }
    }

    @Test func `the gauge of active requests rises and falls`() throws {
        let mayAnswer = Latch()
        try withApp { connection in
            guard try connection.readRequest() != nil else { return }
            try mayAnswer.wait("the gauge was seen")
            try connection.send(response())
        } _: { gateway, _ throws in
            let client = try RawClient(port: gateway.external)
            try client.send(ask())
            try gateway.waitForMetric("weir_active_requests") { $0 == 1 }
            mayAnswer.open()
            #expect(try client.readResponse().status == 200)
            try gateway.waitForMetric("weir_active_requests") { $0 == 0 }
        }
    }

    @Test func `a flag wins over the file, also where it says no`() throws {
        let scratch = try ScratchFolder()
        defer { scratch.remove() }
        try ManifestFolder(path: scratch.path).write("weir.yaml", "kubernetes: true\n")
        let process = try ChildProcess(
            [
                Gateway.binary(), "serve", "--config", scratch.path("weir.yaml"),
                "--no-kubernetes",
            ])
        #expect(try process.waitForEnd() == .exit(2))
        #expect(process.stderr.contains("no manifests to serve"), "\(process.stderr)")
    }

    @Test func `settings that are wrong are said and end it with 2`() throws {
        let scratch = try ScratchFolder()
        let folder = try ManifestFolder(path: scratch.path)
        try folder.write("weir.yaml", "workers: many\nlisteners:\n  extrenal-http: 1\n")
        let process = try ChildProcess(
            [Gateway.binary(), "serve", "--config", scratch.path("weir.yaml")])
        #expect(try process.waitForEnd() == .exit(2))
        #expect(process.stderr.contains("weir.yaml:1"))
        #expect(process.stderr.contains("weir.yaml:3"))
    }
}
