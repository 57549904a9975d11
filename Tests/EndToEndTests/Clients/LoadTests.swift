import TestSupport
import Testing

/// h2load: 100 connections with 100 streams each, of which none may fail.
@Suite(.serialized) struct `h2load` {
    /// A quick upstream over h2c, with a file of 128 bytes.
    private func startNghttpd(in folder: ScratchFolder) throws -> (ChildProcess, UInt16) {
        let port = try Socket.bind().port
        try ManifestFolder(path: folder.path).write("file", String(repeating: "x", count: 128))
        let process = try ChildProcess([
            "/usr/sbin/nghttpd", "--no-tls", "-a", "127.0.0.1", "-d", folder.path, "\(port)",
        ])
        try eventually("nghttpd listens") { (try? RawClient(port: port)) != nil }
        return (process, port)
    }

    @Test(arguments: Transport.allCases, UpstreamKind.allCases)
    func `has 20,000 requests answered`(transport: Transport, upstream: UpstreamKind) throws {
        let folder = try ScratchFolder()
        let nginx = upstream == .http1 ? try NginxUpstream() : nil
        let nghttpd = upstream == .h2c ? try startNghttpd(in: folder) : nil
        defer {
            nginx?.stop()
            nghttpd?.0.stop()
        }
        let port = nginx?.port ?? nghttpd?.1 ?? 0
        let count = 20_000 / Deadline.patience
        let authority = try Authority()
        let files = try [
            "app.yaml": Manifests.simple("app", ports: [port], isH2C: upstream == .h2c),
            "secret.yaml": authority.issue(app).secret("app"),
        ]
        try withGateway(files) { gateway throws in
            let port = transport == .secure ? gateway.externalTLS : gateway.external
            let scheme = transport == .secure ? "https" : "http"
            let load = try Tool.run(
                ["/usr/bin/h2load", "-c", "100", "-m", "\(100 / Deadline.patience)"]
                    + [
                        "-n", "\(count)", "--connect-to", "127.0.0.1:\(port)",
                        "\(scheme)://\(app):\(port)/file",
                    ],
                within: .seconds(120))
            let text = load.stdout
            #expect(load.isGood, "\(load.stderr)")
            #expect(
                text.contains(
                    "requests: \(count) total, \(count) started, \(count) done, \(count) succeeded, "
                        + "0 failed, 0 errored, 0 timeout"), "\(text)")
            #expect(text.contains("status codes: \(count) 2xx, 0 3xx, 0 4xx, 0 5xx"), "\(text)")
            let spoken = transport == .secure ? "Application protocol: h2\n" : ""
            #expect(spoken.isEmpty || text.contains(spoken), "\(text)")
            try gateway.waitForMetric(
                "weir_requests_total", ["protocol": "http2", "code": "200"]
            ) { $0 == Double(count) }
            try gateway.waitForMetric("weir_active_requests") { $0 == 0 }
        }
    }
}
