import TestSupport
import Testing

/// Who the client is: PROXY headers, and proxies in front that may be believed.
@Suite struct `Trusted proxies` {
    private let plain = "GET / HTTP/1.1\r\nHost: \(app)\r\n\r\n"

    /// A PROXY header of version 2 for 203.0.113.7:5000, or of the command LOCAL.
    private func version2(isLocal: Bool = false, extra: Int = 0) -> [UInt8] {
        let signature: [UInt8] = [
            0x0d, 0x0a, 0x0d, 0x0a, 0, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a,
        ]
        let addresses: [UInt8] = [203, 0, 113, 7, 127, 0, 0, 1, 0x13, 0x88, 0, 80]
        return signature + [isLocal ? 0x20 : 0x21, 0x11, 0, UInt8(12 + extra)] + addresses
            + [UInt8](repeating: 0, count: extra)
    }

    /// What the upstream got of these bytes; nil when the gateway closed without an answer.
    private func seen(_ gateway: Gateway, _ bytes: [UInt8]) throws -> Message? {
        let client = try RawClient(port: gateway.external)
        defer { client.close() }
        try client.send(bytes)
        do { return try client.readResponse() } catch WireFault.ended { return nil }
    }

    private func withEcho(_ settings: [String: String], _ body: (Gateway) throws -> Void) throws {
        let upstream = try EchoUpstream("one")
        defer { upstream.stop() }
        try withGateway(
            ["app.yaml": Manifests.simple("app", ports: [upstream.port])], settings: settings, body)
    }

    @Test func `a PROXY header of either version says who the client is`() throws {
        try withEcho(["proxy-protocol": "required"]) { gateway throws in
            let first = Array("PROXY TCP4 203.0.113.7 127.0.0.1 5000 80\r\n".utf8)
            let third = Array("PROXY TCP6 2001:db8::7 ::1 5000 80\r\n".utf8)
            for header in [first, version2(), version2(extra: 7)] {
                let answer = try #require(try seen(gateway, header + Array(plain.utf8)))
                #expect(answer.bodyText.contains("\r\nx-forwarded-for: 203.0.113.7\r\n"))
                #expect(answer.bodyText.contains("for=203.0.113.7;"))
            }
            let six = try #require(try seen(gateway, third + Array(plain.utf8)))
            #expect(six.bodyText.contains("\r\nx-forwarded-for: 2001:db8::7\r\n"))
            for header in [version2(isLocal: true), Array("PROXY UNKNOWN\r\n".utf8)] {
                let answer = try #require(try seen(gateway, header + Array(plain.utf8)))
                #expect(answer.bodyText.contains("\r\nx-forwarded-for: 127.0.0.1\r\n"))
            }
        }
    }

    @Test func `a header that comes late, of an address that has its share`() throws {
        let upstream = try EchoUpstream("one")
        defer { upstream.stop() }
        let files = ["app.yaml": Manifests.simple("app", ports: [upstream.port])]
        try withGateway(files, settings: ["proxy-protocol": "required"], descriptors: 192) {
            gateway throws in
            let header = "PROXY TCP4 203.0.113.7 127.0.0.1 5000 80\r\n"
            let late = try RawClient(port: gateway.external)
            // Half of 32 slots, and some that are refused.
            var clients = try (0..<20).map { _ in
                let client = try RawClient(port: gateway.external)
                try? client.send(header)
                return client
            }
            try gateway.waitForRejections("client_connections", 4)
            try eventually("an idle one goes for another", within: .seconds(20)) {
                clients.append(try RawClient(port: gateway.external))
                try? clients.last?.send(header + plain)
                return (try? clients.last?.readResponse().status) == 200
            }
            // It has waited for more than two seconds itself, and is not what goes for it.
            try late.send(header + plain)
            #expect(try late.readResponse().status == 200)
            for client in clients { client.close() }
        }
    }

    @Test func `where a PROXY header is required nothing else is read`() throws {
        try withEcho(["proxy-protocol": "required"]) { gateway throws in
            let wrong = [
                plain, "PROXY TCP4 203.0.113.7 127.0.0.1 5000\r\n" + plain,
                "PROXY TCP4 203.0.113.700 127.0.0.1 1 2\r\n" + plain, "proxy TCP4\r\n" + plain,
                "PROXY TCP4 203.0.113.7 127.0.0.1 5000 80\n" + plain,
                "PROXY " + String(repeating: "x", count: 200) + "\r\n" + plain,
            ]
            for text in wrong { #expect(try seen(gateway, Array(text.utf8)) == nil, "\(text)") }
            try gateway.waitForRejections("bad_proxy_header", Double(wrong.count))
            // The listener in the cluster has no load balancer in front.
            #expect(try RawClient.ask(port: gateway.cluster, plain).status == 200)
        }
    }

    @Test func `where it is trusted, only the networks' word counts`() throws {
        let header = "PROXY TCP4 203.0.113.7 127.0.0.1 5000 80\r\n"
        for (networks, isTrusted) in [("[127.0.0.0/8]", true), ("[10.0.0.0/8]", false)] {
            try withEcho(["proxy-protocol": "trusted", "trusted-cidrs": networks]) {
                gateway throws in
                let with = try seen(gateway, Array((header + plain).utf8))
                let without = try seen(gateway, Array(plain.utf8))
                #expect(without?.status == 200)
                if isTrusted {
                    #expect(with?.bodyText.contains("\r\nx-forwarded-for: 203.0.113.7\r\n") == true)
                } else {
                    #expect(with?.status == 400)
                }
            }
        }
    }

    @Test func `without the setting a PROXY header is a bad request`() throws {
        try withEcho([:]) { gateway throws in
            let header = "PROXY TCP4 203.0.113.7 127.0.0.1 5000 80\r\n"
            #expect(try seen(gateway, Array((header + plain).utf8))?.status == 400)
        }
    }

    @Test func `the chain of a trusted proxy is kept and gone on with`() throws {
        for settings in [["trusted-hops": "1"], ["trusted-cidrs": "[127.0.0.0/8]"]] {
            try withEcho(settings) { gateway throws in
                let answer = try RawClient.ask(
                    port: gateway.external,
                    ask(
                        "GET", "/", "X-Forwarded-For: 6.6.6.6, 203.0.113.7",
                        "X-Forwarded-Proto: https"))
                let text = answer.bodyText
                #expect(text.contains("\r\nx-forwarded-for: 6.6.6.6, 203.0.113.7, 127.0.0.1\r\n"))
                #expect(text.contains("\r\nX-Forwarded-Proto: https\r\n"), "\(text)")
            }
        }
        try withEcho(["trusted-cidrs": "[10.0.0.0/8]"]) { gateway throws in
            let answer = try RawClient.ask(
                port: gateway.external, ask("GET", "/", "X-Forwarded-For: 6.6.6.6"))
            #expect(answer.bodyText.contains("\r\nx-forwarded-for: 127.0.0.1\r\n"))
        }
    }

    @Test func `what only a proxy can know is passed on for a trusted one only`() throws {
        let told = [
            "X-Forwarded-Port: 1", "X-Forwarded-Prefix: /a", "x-real-ip: 6.6.6.6",
            "X-Envoy-Internal: 1",
        ]
        for (networks, isTrusted) in [("[127.0.0.0/8]", true), ("[10.0.0.0/8]", false)] {
            try withEcho(["trusted-cidrs": networks]) { gateway throws in
                let answer = try RawClient.ask(
                    port: gateway.external,
                    (["GET / HTTP/1.1", "Host: \(app)", "X-Real: 1"] + told).joined(
                        separator: "\r\n")
                        + "\r\n\r\n")
                #expect(answer.bodyText.contains("\r\nX-Real: 1\r\n"))
                for line in told {
                    #expect(answer.bodyText.contains("\r\n\(line)\r\n") == isTrusted, "\(line)")
                }
            }
        }
    }

    @Test func `private tags go by the client that trusted proxies name`() throws {
        let upstreams = try ["app-00001", "app-00002"].map { try EchoUpstream($0) }
        defer { for upstream in upstreams { upstream.stop() } }
        let route = Manifests.route(
            "app", [.init("app-00001", 100), .init("app-00002", 0, tag: "next")],
            annotations: ["weir.dev/tag-access": "203.0.113.0/24"])
        let files = [
            "app.yaml": Manifests.file(
                upstreams.map { Manifests.revision($0.name, ports: [$0.port]) } + [route])
        ]
        try withGateway(files, settings: ["trusted-hops": "1"]) { gateway throws in
            for (chain, status) in [
                ("6.6.6.6, 203.0.113.7", 200), ("203.0.113.7, 6.6.6.6", 404), ("6.6.6.6", 404),
            ] {
                let answer = try RawClient.ask(
                    port: gateway.external,
                    head("GET / HTTP/1.1", "Host: next-\(app)", "X-Forwarded-For: \(chain)"))
                #expect(answer.status == status, "\(chain)")
            }
        }
    }
}
