import TestSupport
import Testing

/// Certificates of clients: wanted by a host, shown to the upstream, forged by nobody.
@Suite struct `Client certificates` {
    private func withAuthority(
        _ annotations: [String: String], settings: [String: String] = [:],
        _ body: (TLSStage, Authority) throws -> Void
    ) throws {
        let clients = try Authority("authority of clients")
        let upstream = try EchoUpstream("one")
        defer { upstream.stop() }
        let wanting = ["weir.dev/client-ca": "clients"].merging(annotations) { $1 }
        try withTLS(settings: settings) { authority in
            try [
                "clients.yaml": Manifests.secret("clients", ["ca.crt": clients.certificate]),
                "strict.yaml": Manifests.file(
                    Manifests.revision("strict-1", ports: [upstream.port]),
                    Manifests.route("strict", [.init("strict-1", 100)], annotations: wanting)),
                "strict-secret.yaml": authority.issue(strict).secret("strict"),
            ]
        } _: {
            try body($0, clients)
        }
    }

    private let strict = "strict.default.example.com"

    /// The value of X-Forwarded-Client-Cert that the upstream got.
    private func forwarded(_ output: Tool.Output) -> String? {
        output.stdout.firstMatch(of: #/X-Forwarded-Client-Cert: ([^\r]*)\r\n/#.ignoresCase())
            .map { String($0.1) }
    }

    @Test func `where one is required, nobody comes in without`() throws {
        try withAuthority([:]) { stage, clients throws in
            #expect(try !stage.curl(strict).isGood)
            let stranger = try Authority("stranger").issue("someone.example")
            let refused = try stage.curl(
                strict, "/", "--cert", stranger.certificatePath, "--key", stranger.keyPath)
            #expect(!refused.isGood)
            #expect(stage.upstream.answered == 0)

            let client = try clients.issue("someone.example", uri: "spiffe://a/b")
            let answer = try stage.curl(
                strict, "/", "--cert", client.certificatePath, "--key", client.keyPath, "-H",
                "X-Forwarded-Client-Cert: Hash=forged")
            #expect(answer.isGood, "\(answer.stderr)")
            let said = try #require(forwarded(answer))
            let print = try Tool.succeed([
                "/usr/bin/openssl", "x509", "-in", client.certificatePath, "-noout",
                "-fingerprint", "-sha256",
            ]).stdout
            let hash = print.drop { $0 != "=" }.filter(\.isHexDigit).lowercased()
            #expect(said.contains("Hash=\(hash)"), "\(said)")
            #expect(said.contains("Subject=\"CN=someone.example\""), "\(said)")
            #expect(said.contains("URI=spiffe://a/b") && said.contains("DNS=someone.example"))
            #expect(!said.contains("forged"))
        }
    }

    @Test func `no plain request from outside gets past a required one`() throws {
        try withAuthority([:]) { stage, _ throws in
            func status(_ target: String, _ fields: String = "") throws -> Int {
                let text = "GET \(target) HTTP/1.1\r\nHost: \(strict)\r\n\(fields)\r\n"
                return try RawClient.ask(port: stage.gateway.external, text).status
            }
            #expect(try status("/") == 301)
            #expect(try status("/.well-known/acme-challenge/../../secret") == 301)
            #expect(try status("/.well-known/acme-challenge/%2e%2e/secret") == 301)
            #expect(try status("/.well-known/acme-challenge/") == 301)
            // A challenge for certificates is not redirected, and not let in either.
            #expect(try status("/.well-known/acme-challenge/to-k_en") == 421)
            #expect(try status("/", "X-Forwarded-Proto: https\r\n") == 301)
        }
    }

    @Test func `what a trusted proxy says of TLS does not stand for a certificate`() throws {
        try withAuthority([:], settings: ["trusted-hops": "1"]) { stage, _ throws in
            let text =
                "GET / HTTP/1.1\r\nHost: \(strict)\r\nX-Forwarded-Proto: https\r\n"
                + "X-Forwarded-For: 203.0.113.7\r\n\r\n"
            #expect(try RawClient.ask(port: stage.gateway.external, text).status == 421)
        }
    }

    @Test func `nobody writes X-Forwarded-Client-Cert but the gateway`() throws {
        try withAuthority([:], settings: ["trusted-hops": "1"]) { stage, _ throws in
            let text =
                "GET / HTTP/1.1\r\nHost: \(app)\r\nX-Forwarded-Client-Cert: Subject=\"CN=admin\""
                + "\r\nX-Forwarded-For: 203.0.113.7\r\n\r\n"
            for port in [stage.gateway.external, stage.gateway.cluster] {
                let answer = try RawClient.ask(port: port, text)
                #expect(answer.status == 200)
                #expect(!answer.bodyText.lowercased().contains("x-forwarded-client-cert"))
            }
        }
    }

    @Test func `where one is optional, a bad one is no better than a required one`() throws {
        try withAuthority(["weir.dev/client-certificate": "optional"]) { stage, clients throws in
            let without = try stage.curl(strict, "/", "-H", "X-Forwarded-Client-Cert: Hash=forged")
            #expect(without.isGood, "\(without.stderr)")
            #expect(forwarded(without) == nil)
            let client = try clients.issue("someone.example")
            let with = try stage.curl(
                strict, "/", "--cert", client.certificatePath, "--key", client.keyPath)
            #expect(forwarded(with)?.contains("DNS=someone.example") == true)
            let stranger = try Authority("stranger").issue("someone.example")
            #expect(
                try !stage.curl(
                    strict, "/", "--cert", stranger.certificatePath, "--key", stranger.keyPath
                ).isGood)
        }
    }

    @Test func `other hosts ask for none, and their connections are not good for the strict one`()
        throws
    {
        try withAuthority([:]) { stage, _ throws in
            let plain = try stage.curl(app, "/", "-H", "X-Forwarded-Client-Cert: Hash=forged")
            #expect(plain.isGood, "\(plain.stderr)")
            #expect(forwarded(plain) == nil)
            let crossed = try stage.curl(
                app, "/", "-H", "Host: \(strict)", "-o", "/dev/null", "-w", "%{http_code}")
            #expect(crossed.stdout == "421")
        }
    }
}
