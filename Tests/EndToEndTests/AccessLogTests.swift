import Foundation
import TestSupport
import Testing

/// The access log's lines, as they are written by the running gateway.
@Suite struct `Access log` {
    /// Waits for so many lines that begin as an access log's lines do.
    private func lines(_ count: Int, of text: () -> String, begin: String) throws -> [String] {
        try eventually("\(count) lines") {
            let found = text().split(separator: "\n").map(String.init)
                .filter { $0.hasPrefix(begin) }
            return found.count >= count ? found : nil
        }
    }

    @Test func `a text line is Envoy's default one`() throws {
        try withApp(settings: ["access-log": "text"], answering: { _ in response(body: "hello") }) {
            gateway, upstream throws in
            _ = try RawClient.ask(
                port: gateway.external,
                post("/a?secret=1", "abc", "User-Agent: te\"st", "X-Request-Id: my-id"))
            _ = try RawClient.ask(port: gateway.external, head("GET / HTTP/1.1", "Host: nobody"))
            _ = try RawClient.ask(port: gateway.external, "BAD\r\n\r\n")
            let text = try lines(3, of: { gateway.process.stdout }, begin: "[20")
            let good = try #require(
                text[0].wholeMatch(
                    of: #/\[(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\] (.*)/#))
            #expect(
                String(good.2).wholeMatch(
                    of:
                        #/"POST /a HTTP/1\.1" 200 - 3 5 \d+ \d+ "(-|127\.0\.0\.1)" "te\\"st" "my-id" "app\.default\.example\.com" "127\.0\.0\.1:(\d+)"/#
                ) != nil, "\(text[0])")
            #expect(text[0].hasSuffix(":\(upstream.port)\""))
            #expect(text[1].contains("\"GET / HTTP/1.1\" 404 NR 0 0 "), "\(text[1])")
            #expect(text[2].contains(" 400 DPE "), "\(text[2])")
            #expect(!gateway.process.stdout.contains("secret"))
        }
    }

    @Test func `X-Forwarded-For is logged as it is passed on, and nobody's dropped id`() throws {
        for (settings, logged) in [
            ([:], "127.0.0.1"), (["trusted-cidrs": "[127.0.0.0/8]"], "6.6.6.6, 7.7.7.7, 127.0.0.1"),
        ] {
            let all = settings.merging(["access-log": "text"]) { $1 }
            try withApp(settings: all, answering: { _ in response() }) { gateway, upstream throws in
                _ = try RawClient.ask(
                    port: gateway.external,
                    ask(
                        "GET", "/", "X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 7.7.7.7",
                        "Connection: X-Request-Id", "X-Request-Id: mine"))
                let line = try lines(1, of: { gateway.process.stdout }, begin: "[20")[0]
                #expect(line.contains(" \"\(logged)\" \"-\" "), "\(line)")
                let request = try upstream.request()
                #expect(request.values("X-Forwarded-For").joined(separator: ", ") == logged)
                let id = try #require(request["X-Request-Id"])
                #expect(id != "mine" && line.contains("\"\(id)\""), "\(line)")
            }
        }
    }

    @Test func `a JSON line has its keys`() throws {
        let settings = ["access-log": "json", "access-log-query": "true"]
        try withApp(settings: settings, answering: { _ in response(body: "hello") }) {
            gateway, upstream throws in
            let trace = "0af7651916cd43dd8448eb211c80319c"
            _ = try RawClient.ask(
                port: gateway.external,
                ask("GET", "/a?b", "traceparent: 00-\(trace)-b7ad6b7169203331-01"))
            let line = try lines(1, of: { gateway.process.stdout }, begin: "{\"start_time\"")[0]
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            let fields = try #require(object as? [String: Any])
            let texts = [
                "method": "GET", "x-envoy-origin-path": "/a?b", ":authority": app,
                "protocol": "HTTP/1.1", "response_flags": "-", "namespace": "default",
                "route": "app", "revision": "app-00001", "trace_id": trace,
                "upstream_host": "127.0.0.1:\(upstream.port)",
                "downstream_local_address": "127.0.0.1:\(gateway.external)",
            ]
            for (key, value) in texts { #expect(fields[key] as? String == value, "\(key)") }
            for (key, value) in ["response_code": 200, "bytes_sent": 5, "bytes_received": 0] {
                #expect(fields[key] as? Int == value, "\(key)")
            }
            for key in ["queue_ms", "connect_ms", "first_byte_ms", "total_ms", "duration"] {
                let time = try #require(fields[key] as? Double, "\(key)")
                #expect((0...5000).contains(time), "\(key) \(time)")
            }
            #expect((fields["x-request-id"] as? String)?.count == 36)
            #expect((fields["table_version"] as? Int ?? 0) >= 1)
            #expect(fields["tls_version"] is NSNull)
        }
    }

    @Test func `a file is opened again on SIGHUP`() throws {
        let scratch = try ScratchFolder()
        let settings = ["access-log": "text", "access-log-file": scratch.path("log")]
        try withApp(settings: settings, answering: { _ in response() }) { gateway, _ throws in
            _ = try RawClient.ask(port: gateway.external, ask("GET", "/one"))
            _ = try lines(1, of: { scratch.read("log") }, begin: "[20")
            let folder = try ManifestFolder(path: scratch.path)
            try folder.rename("log", to: "log.1")
            gateway.process.send(SIGHUP)
            try eventually("there is a new file") {
                FileManager.default.fileExists(atPath: scratch.path("log"))
            }
            _ = try RawClient.ask(port: gateway.external, ask("GET", "/two"))
            #expect(try lines(1, of: { scratch.read("log") }, begin: "[20")[0].contains("/two"))
            #expect(!scratch.read("log.1").contains("/two"))
        }
    }

    @Test func `probes are left out, and many lines are all there or counted`() throws {
        let upstream = try EchoUpstream("a")
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port])]
        try withGateway(files, settings: ["access-log": "text"]) { gateway throws in
            _ = try RawClient.ask(
                port: gateway.external,
                ask("GET", "/probe", "K-Network-Probe: probe", "User-Agent: Knative"))
            let load = LoadClient(
                port: gateway.external, connections: 8, requests: [ask()], count: 5000)
            #expect(try load.finish(isCounted: true).failures.isEmpty)
            try eventually("every request has a line or is counted as lost") {
                let text = gateway.process.stdout
                let written = text.split(separator: "\n").count { $0.hasPrefix("[20") }
                let lost = try gateway.metrics().sum("weir_access_log_lost_total")
                return written + Int(lost) == 5000
            }
            #expect(!gateway.process.stdout.contains("/probe"))
        }
    }
}
