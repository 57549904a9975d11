import Foundation
import TestSupport
import Testing

/// TLS over time: certificates that change under load, sessions that are resumed, limits.
@Suite struct `TLS over time` {
    /// Connects again and again for some seconds and counts subjects, serial numbers and faults.
    private static let load = """
        import collections, json, socket, ssl, sys, threading, time
        port, authority, host = int(sys.argv[1]), sys.argv[2], sys.argv[3]
        context = ssl.create_default_context(cafile=authority)
        end, counts, lock = time.monotonic() + 4, collections.Counter(), threading.Lock()
        ask = f"GET / HTTP/1.1\\r\\nHost: {host}\\r\\nConnection: close\\r\\n\\r\\n".encode()
        def run():
            while time.monotonic() < end:
                try:
                    plain = socket.create_connection(("127.0.0.1", port), 5)
                    with context.wrap_socket(plain, server_hostname=host) as tls:
                        serial = tls.getpeercert()["serialNumber"]
                        tls.sendall(ask)
                        answer = b""
                        while (part := tls.recv(65536)):
                            answer += part
                        good = answer.startswith(b"HTTP/1.1 200 ") and b"\\r\\n\\r\\none\\n" in answer
                        word = "serial " + serial if good else "answer " + repr(answer)
                except Exception as error:
                    word = "fault " + repr(error)
                with lock:
                    counts[word] += 1
        threads = [threading.Thread(target=run) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        print(json.dumps(counts))
        """

    @Test func `a certificate is replaced under load without an error`() throws {
        try withTLS(settings: ["workers": "2"]) { stage throws in
            let replacing = Latch()
            let gateway = stage.gateway
            let secrets = try (0..<8).map { _ in try stage.authority.issue(app).secret("app") }
            let changes = Background {
                try replacing.wait("the load has begun")
                for secret in secrets { try gateway.apply("secret.yaml", secret) }
            }
            let load = Background { try stage.python(Self.load) }
            try gateway.waitForMetric("weir_tls_handshakes_total") { $0 > 50 }
            replacing.open()
            try changes.value()
            let output = try load.value()
            #expect(output.isGood, "\(output.stderr)")
            let counts = try JSONDecoder().decode(
                [String: Int].self, from: Data(output.stdout.utf8))
            #expect(counts.keys.allSatisfy { $0.hasPrefix("serial ") }, "\(counts)")
            #expect(counts.count > 2 && counts.count <= 9, "\(counts)")
            #expect(counts.values.reduce(0, +) > 200)
        }
    }

    @Test func `a Secret that is wrong is refused, said, and the old certificate stays`() throws {
        try withTLS { stage throws in
            let other = try stage.authority.issue("other.example")
            let good = try stage.authority.issue(app)
            let mixed = Manifests.secret(
                "app", type: "kubernetes.io/tls",
                ["tls.crt": good.certificate, "tls.key": other.key])
            let broken = Manifests.secret(
                "app", type: "kubernetes.io/tls", ["tls.crt": "no PEM", "tls.key": good.key])
            for wrong in [mixed, broken] {
                try stage.gateway.manifests.replace("secret.yaml", with: wrong)
                try stage.gateway.waitForMetric("weir_object_errors", ["kind": "Secret"]) {
                    $0 == 1
                }
                #expect(try stage.curl().isGood)
                try stage.gateway.manifests.replace("secret.yaml", with: good.secret("app"))
                try stage.gateway.waitForMetric("weir_object_errors") { $0 == 0 }
            }
            let said = stage.gateway.process.stderr + stage.gateway.process.stdout
            #expect(said.contains("secret.yaml:"))
            let pages = try stage.gateway.routes()
            for secret in [good.key, other.key] {
                // The second line is key; the first is the PEM's own.
                let line = secret.split(separator: "\n")[1]
                #expect(!said.contains(line) && !pages.contains(line))
            }
        }
    }

    @Test(arguments: ["TLSv1_2", "TLSv1_3"])
    func `a session is resumed by every worker`(version: String) throws {
        try withTLS(settings: ["workers": "4"]) { stage throws in
            let output = try stage.python(
                """
                import socket, ssl, sys
                port, authority, host = int(sys.argv[1]), sys.argv[2], sys.argv[3]
                context = ssl.create_default_context(cafile=authority)
                context.maximum_version = ssl.TLSVersion.\(version)
                def ask(session):
                    plain = socket.create_connection(("127.0.0.1", port), 5)
                    with context.wrap_socket(plain, server_hostname=host, session=session) as tls:
                        tls.sendall(f"GET / HTTP/1.1\\r\\nHost: {host}\\r\\n\\r\\n".encode())
                        assert tls.recv(65536).startswith(b"HTTP/1.1 200 ")
                        return tls.session_reused, tls.session
                _, session = ask(None)
                print([ask(session)[0] for _ in range(40)].count(True))
                """)
            #expect(output.stdout == "40\n", "\(output.stderr)")
            try stage.gateway.waitForMetric("weir_tls_handshakes_total", ["resumed": "true"]) {
                $0 == 40
            }
        }
    }

    @Test func `openssl s_time opens and resumes sessions at speed`() throws {
        // It names no server.
        try withTLS(settings: ["workers": "2", "default-certificate": "default/app"]) {
            stage throws in
            for version in ["-tls1_2", "-tls1_3"] {
                for mode in ["-new", "-reuse"] {
                    let said = try Tool.succeed([
                        "/usr/bin/openssl", "s_time", mode, version, "-time", "1", "-connect",
                        "127.0.0.1:\(stage.gateway.externalTLS)", "-CAfile", stage.authority.path,
                    ]).stdout
                    let count = said.firstMatch(of: #/(\d+) connections in \d+ real seconds/#)?.1
                    #expect(count.flatMap { Int($0) } ?? 0 > 20, "\(version) \(mode): \(said)")
                }
                let labels = ["version": String(version.suffix(3).replacing("_", with: "."))]
                let counts = try gatewayCounts(stage, labels)
                #expect(counts.new > 20, "\(version) \(counts)")
                // It reads nothing behind a handshake, so that it never sees a ticket of 1.3.
                #expect(counts.resumed > 20 || version == "-tls1_3", "\(counts)")
            }
        }
    }

    private func gatewayCounts(
        _ stage: TLSStage, _ labels: [String: String]
    ) throws -> (new: Double, resumed: Double) {
        let metrics = try stage.gateway.metrics()
        func count(_ resumed: String) -> Double {
            metrics.sum(
                "weir_tls_handshakes_total", labels.merging(["resumed": resumed]) { $1 })
        }
        return (count("false"), count("true"))
    }

    @Test func `gateways with the same ticket keys resume each other's sessions`() throws {
        let scratch = try ScratchFolder()
        let keys = ["old", "new", "other"].map { scratch.path($0 + ".key") }
        for key in keys { try Tool.succeed(["/usr/bin/openssl", "rand", "-out", key, "80"]) }
        let session = scratch.path("session")
        let certificate = try Authority().issue(app).secret("app")
        func shakeHands(_ keys: String, _ arguments: String...) throws -> String {
            var said = ""
            let files = [
                "secret.yaml": certificate, "app.yaml": Manifests.simple("app", ports: [1]),
            ]
            try withGateway(files, settings: ["ticket-keys": keys]) { gateway throws in
                said = try Tool.run(
                    [
                        "/usr/bin/openssl", "s_client", "-connect",
                        "127.0.0.1:\(gateway.externalTLS)",
                    ]
                        + ["-servername", app, "-tls1_2"] + arguments
                ).stdout
            }
            return said
        }
        #expect(try shakeHands("[\(keys[0])]", "-sess_out", session).contains("\nNew, "))
        let rotated = "[\(keys[1]), \(keys[0])]"
        #expect(try shakeHands(rotated, "-sess_in", session).contains("\nReused, "))
        #expect(try shakeHands("[\(keys[2])]", "-sess_in", session).contains("\nNew, "))
    }

    @Test func `a ticket is of no use for another server name`() throws {
        try withTLS { authority in
            try ["other.yaml": authority.issue("other.example").secret("other")]
        } _: { stage throws in
            let scratch = try ScratchFolder()
            let file = scratch.path("session")
            #expect(try stage.shakeHands("-servername", app, "-tls1_2", "-sess_out", file).isGood)
            let other = try stage.shakeHands(
                "-servername", "other.example", "-tls1_2", "-sess_in", file)
            #expect(other.stdout.contains("\nNew, ") && !other.stdout.contains("\nReused, "))
            let same = try stage.shakeHands("-servername", app, "-tls1_2", "-sess_in", file)
            #expect(same.stdout.contains("\nReused, "))
        }
    }

    @Test func `a handshake has ten seconds`() throws {
        try withTLS { stage throws in
            let silent = try RawClient(port: stage.gateway.externalTLS)
            let slow = try RawClient(port: stage.gateway.externalTLS)
            try slow.send("\u{16}\u{3}\u{1}\u{2}\0\u{1}")
            let began = ContinuousClock.now
            _ = try silent.waitForEnd(within: .seconds(15))
            _ = try slow.waitForEnd(within: .seconds(15))
            #expect((9.0...13.0).contains((ContinuousClock.now - began) / .seconds(1)))
            try stage.gateway.waitForRejections("tls_handshake_timeout", 2)
        }
    }

    @Test func `a hello that does not end is refused long before the time is up`() throws {
        try withTLS { stage throws in
            let client = try RawClient(port: stage.gateway.externalTLS)
            // A ClientHello of 64 KiB and more, in records of 16 KiB.
            let record = [0x16, 3, 1, 0x40, 0] + [UInt8](repeating: 0, count: 0x4000)
            var first = record
            first.replaceSubrange(5..<9, with: [1, 0xff, 0xff, 0xff])
            let began = ContinuousClock.now
            try? client.send(first)
            for _ in 0..<16 { try? client.send(record) }
            _ = try client.waitForEnd(within: .seconds(8))
            #expect(ContinuousClock.now - began < .seconds(8))
            try stage.gateway.waitForRejections("tls_message_size", 1)
            #expect(try stage.curl().isGood)
        }
    }

    @Test func `handshakes of one source do not keep others from theirs`() throws {
        try withTLS(descriptors: 400) { stage throws in
            // Half of a quarter of 272 slots, and ten that are refused at once.
            let clients = try (0..<44).map { _ in
                let client = try RawClient(port: stage.gateway.externalTLS, from: 2)
                try? client.send("\u{16}\u{3}\u{1}\u{2}\0\u{1}")
                return client
            }
            try stage.gateway.waitForMetric(
                "weir_rejected_requests_total", ["reason": "tls_handshake_limit"]
            ) { $0 == 10 }
            for _ in 0..<10 { #expect(try stage.curl().isGood) }
            #expect(try stage.gateway.rejections("tls_handshake_limit") == 10)
            // Its own slow ones make room for it, long before their ten seconds are over.
            try eventually("there is room for it, too") {
                try stage.curl(app, "/", ["--interface", "127.0.0.2"]).isGood
            }
            for client in clients { client.close() }
        }
    }

    @Test func `a quarter of the connections may be in handshakes, and no more`() throws {
        try withTLS(descriptors: 400) { stage throws in
            // The first bytes of a hello that never comes.
            let clients = try (0..<230).map { number in
                let client = try RawClient(
                    port: stage.gateway.externalTLS, from: UInt8(2 + number))
                // Who is refused is reset, perhaps before this.
                try? client.send("\u{16}\u{3}\u{1}\u{2}\0\u{1}")
                return client
            }
            try stage.gateway.waitForMetric(
                "weir_rejected_requests_total", ["reason": "tls_handshake_limit"]
            ) { $0 >= 100 }
            // The last is refused at once, while the first have their time.
            _ = try clients[229].waitForEnd()
            // Clients without TLS are served all the while.
            #expect(try RawClient.ask(port: stage.gateway.external, ask()).status == 200)
            // Who does not go on for two seconds makes room, long before its ten seconds are over.
            try eventually("there is room") { try stage.curl().isGood }
            for client in clients { client.close() }
        }
    }
}
