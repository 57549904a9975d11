import Foundation
import TestSupport
import Testing

/// TLS by the clients that people have: which certificate, which version, what is refused.
@Suite struct `TLS` {
    @Test func `a request over TLS reaches the upstream as https`() throws {
        try withTLS { stage throws in
            let answer = try stage.curl()
            #expect(answer.isGood, "\(answer.stderr)")
            #expect(answer.stdout.contains("x-forwarded-proto: https\r\n"))
            #expect(answer.stdout.contains("proto=https\r\n"))
            try stage.gateway.waitForMetric(
                "weir_tls_handshakes_total", ["version": "1.3", "resumed": "false"]
            ) { $0 == 1 }
        }
    }

    @Test func `the certificate is chosen by server name: exact, wildcard, default`() throws {
        try withTLS(settings: ["default-certificate": "certs/fallback"]) { authority in
            try [
                "wild.yaml": authority.issue("*.wild.example").secret("wild"),
                "exact.yaml": authority.issue("exact.wild.example").secret("exact"),
                "fallback.yaml": authority.issue("fallback.example")
                    .secret("fallback", namespace: "certs"),
            ]
        } _: { stage throws in
            let wanted = [
                app: app, app.uppercased(): app, "exact.wild.example": "exact.wild.example",
                "any.wild.example": "*.wild.example", "wild.example": "fallback.example",
                "a.b.wild.example": "fallback.example", "other.example": "fallback.example",
            ]
            for (name, subject) in wanted {
                #expect(try stage.subject(for: name) == subject, "\(name)")
            }
            #expect(try stage.subject(for: nil) == "fallback.example")
        }
    }

    @Test func `without a certificate for the name the handshake is refused`() throws {
        try withTLS { stage throws in
            for name in ["other.example", nil] {
                #expect(try stage.subject(for: name) == nil)
            }
            let said = try stage.shakeHands("-servername", "other.example")
            #expect(said.stderr.contains("unrecognized name"), "\(said.stderr)")
            try stage.gateway.waitForRejections("tls_server_name", 3)
            #expect(try stage.curl().isGood)
        }
    }

    @Test(arguments: ["tls1", "tls1_1"])
    func `old versions are refused`(version: String) throws {
        try withTLS { stage throws in
            let old = try stage.shakeHands(
                "-servername", app, "-\(version)", "-cipher", "DEFAULT@SECLEVEL=0")
            #expect(!old.isGood)
            #expect(old.stderr.contains("protocol version"), "\(old.stderr)")
            try stage.gateway.waitForRejections("tls_version", 1)
        }
    }

    @Test func `TLS 1_2 and 1_3 are served, and 1_3 only where the settings say so`() throws {
        try withTLS { stage throws in
            for version in ["tls1_2", "tls1_3"] {
                #expect(try stage.shakeHands("-servername", app, "-\(version)").isGood)
            }
        }
        try withTLS(settings: ["tls-min": "\"1.3\""]) { stage throws in
            #expect(try !stage.shakeHands("-servername", app, "-tls1_2").isGood)
            #expect(try stage.shakeHands("-servername", app, "-tls1_3").isGood)
        }
    }

    @Test func `weak suites and renegotiation are refused`() throws {
        try withTLS { stage throws in
            let suites = [
                "AES128-SHA", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "NULL",
            ]
            for suite in suites {
                let weak = try stage.shakeHands(
                    "-servername", app, "-tls1_2", "-cipher", suite + ":@SECLEVEL=0")
                #expect(!weak.isGood, "\(suite)")
            }
        }
    }

    @Test func `http 1_1 is agreed on by ALPN, and nothing else`() throws {
        try withTLS { stage throws in
            let good = try stage.shakeHands("-servername", app, "-alpn", "foo,http/1.1")
            #expect(good.stdout.contains("ALPN protocol: http/1.1"))
            let bad = try stage.shakeHands("-servername", app, "-alpn", "foo")
            #expect(bad.stderr.contains("no application protocol"), "\(bad.stderr)")
        }
    }

    @Test func `what is no TLS is closed, counted, and harms nobody`() throws {
        try withTLS { stage throws in
            for (bytes, reason) in [
                ("GET / HTTP/1.1\r\n\r\n", "tls_plain_http"),
                ("\u{16}\u{3}\u{1}\0\u{4}\u{2}\0\0\0", "tls_malformed"),
                ("\0\0\0\0\0\0\0\0", "tls_malformed"),
            ] {
                let client = try RawClient(port: stage.gateway.externalTLS)
                let before = try stage.gateway.rejections(reason)
                try client.send(bytes)
                _ = try client.waitForEnd()
                try stage.gateway.waitForRejections(reason, before + 1)
            }
            #expect(try stage.curl().isGood)
        }
    }

    @Test func `a request for a host that no certificate of the connection covers is 421`() throws {
        try withTLS { authority in
            try [
                "other.yaml": authority.issue("other.example").secret("other"),
                "both.yaml": authority.issue("both.example", "*.both.example").secret("both"),
            ]
        } _: { stage throws in
            let path = ["-o", "/dev/null", "-w", "%{http_code}"]
            func status(_ server: String, host: String) throws -> String {
                try stage.curl(
                    server, "/", path[0], path[1], path[2], path[3], "-H", "Host: \(host)"
                )
                .stdout
            }
            #expect(try status(app, host: app) == "200")
            #expect(try status(app, host: app + ":\(stage.gateway.externalTLS)") == "200")
            #expect(try status(app, host: "other.example") == "421")
            #expect(try status("other.example", host: app) == "421")
            // Covered, but nobody serves it.
            #expect(try status("both.example", host: "a.both.example") == "404")
            #expect(try status("both.example", host: "a.b.both.example") == "421")
        }
    }
}
