import TestSupport
import Testing

/// What the upstream and the client see of each other's fields (Knative §9, design §6).
@Suite struct `Fields` {
    /// What the upstream gets of a request with those fields.
    private func forwarded(
        _ fields: String..., on listener: KeyPath<Gateway, UInt16> = \.external,
        settings: [String: String] = [:]
    ) throws -> Message {
        var seen: Message?
        try withApp(settings: settings, answering: { _ in response() }) {
            gateway, upstream throws in
            let lines = ["GET / HTTP/1.1", "Host: \(app)"] + fields
            let answer = try RawClient.ask(
                port: gateway[keyPath: listener], lines.joined(separator: "\r\n") + "\r\n\r\n")
            #expect(answer.status == 200)
            seen = upstream.requests.first
        }
        return try #require(seen)
    }

    @Test func `revision and namespace are the gateway's word`() throws {
        let seen = try forwarded(
            "Knative-Serving-Revision: evil", "knative-serving-namespace: evil",
            "KNATIVE-SERVING-REVISION: evil")
        #expect(seen.values("Knative-Serving-Revision") == ["app-00001"])
        #expect(seen.values("Knative-Serving-Namespace") == ["default"])
    }

    @Test func `what only Knative's own parts may say is taken from outside clients`() throws {
        let seen = try forwarded(
            "K-Original-Host: evil", "K-Proxy-Request: activator", "K-Passthrough-Lb: true",
            "Knative-Serving-Default-Route: true", "Knative-Serving-Tag: candidate")
        #expect(seen["K-Original-Host"] == nil)
        #expect(seen["K-Proxy-Request"] == nil)
        #expect(seen["K-Passthrough-Lb"] == nil)
        #expect(seen["Knative-Serving-Default-Route"] == nil)
        #expect(seen["Knative-Serving-Tag"] == "candidate")
    }

    @Test func `inside the cluster the original host is believed`() throws {
        let seen = try forwarded("K-Original-Host: mapped.example", on: \.cluster)
        #expect(seen["K-Original-Host"] == "mapped.example")
    }

    @Test func `forwarded fields of an untrusted client are replaced`() throws {
        let seen = try forwarded(
            "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil",
            "Forwarded: for=6.6.6.6;proto=https", "X-Forwarded-Port: 666",
            "X-Forwarded-For: 7.7.7.7")
        #expect(seen.values("X-Forwarded-For") == ["127.0.0.1"])
        #expect(seen.values("X-Forwarded-Proto") == ["http"])
        for word in ["6.6.6.6", "7.7.7.7", "evil", "https"] {
            #expect(!seen.headText.contains(word), "\(seen.headText)")
        }
    }

    @Test func `forwarded fields are written where there were none`() throws {
        let seen = try forwarded()
        #expect(seen.values("X-Forwarded-For") == ["127.0.0.1"])
        #expect(seen.values("X-Forwarded-Proto") == ["http"])
        #expect(seen.values("Host") == [app])
    }

    @Test func `inside the cluster the chain is kept`() throws {
        let seen = try forwarded(
            "X-Forwarded-For: 6.6.6.6", "X-Forwarded-Proto: https", on: \.cluster)
        #expect(seen["X-Forwarded-For"]?.hasPrefix("6.6.6.6") == true)
        #expect(seen.values("X-Forwarded-Proto") == ["https"])
    }

    @Test func `inside the cluster a chain in several fields is kept whole`() throws {
        let seen = try forwarded(
            "X-Forwarded-For: 6.6.6.6", "X-Forwarded-For: 7.7.7.7, 8.8.8.8", on: \.cluster)
        let chain = seen.values("X-Forwarded-For").joined(separator: ", ")
        #expect(chain == "6.6.6.6, 7.7.7.7, 8.8.8.8, 127.0.0.1")
    }

    @Test func `a probe that says override gets the hash, any other value passes`() throws {
        let probe = try forwarded("K-Network-Hash: override", "K-Network-Probe: probe")
        let hash = try #require(probe["K-Network-Hash"])
        #expect(hash.count == 64 && hash.allSatisfy { "0123456789abcdef".contains($0) })
        #expect(probe["K-Network-Probe"] == "probe")

        let other = try forwarded("K-Network-Hash: 2701a1b2", "K-Network-Probe: queue")
        #expect(other.values("K-Network-Hash") == ["2701a1b2"])
        #expect(other.values("K-Network-Probe") == ["queue"])
    }

    @Test func `a probe's answer is the upstream's own and it is counted apart`() throws {
        try withApp(answering: { request in
            request["K-Network-Probe"] == nil
                ? response(body: "user")
                : response("200 OK", "K-Network-Hash: \(request["K-Network-Hash"] ?? "")")
        }) { gateway, _ throws in
            let answer = try RawClient.ask(
                port: gateway.external,
                head(
                    "GET /healthz HTTP/1.1", "Host: \(app)", "User-Agent: Knative-Ingress-Probe",
                    "K-Network-Probe: probe", "K-Network-Hash: override"))
            #expect(answer["K-Network-Hash"]?.count == 64)
            try gateway.waitForMetric("weir_probe_requests_total") { $0 == 1 }
            #expect(try gateway.metrics().sum("weir_requests_total") == 0)
            // Without the probe's field /healthz is the upstream's like any other path.
            #expect(
                try RawClient.ask(port: gateway.external, ask("GET", "/healthz")).bodyText == "user"
            )
        }
    }

    @Test func `fields of the client's connection stay on it`() throws {
        let seen = try forwarded(
            "Connection: X-Hop, keep-alive, Host, X-Forwarded-For, Knative-Serving-Revision",
            "X-Hop: 1", "Keep-Alive: timeout=5", "Proxy-Connection: keep-alive",
            "TE: gzip, trailers", "Upgrade: h2c", "HTTP2-Settings: AAAA", "X-Stay: 1")
        for name in ["X-Hop", "Keep-Alive", "Proxy-Connection", "Upgrade", "HTTP2-Settings"] {
            #expect(seen[name] == nil, "\(name)")
        }
        #expect(seen["TE"] == nil || seen["TE"] == "trailers")
        #expect(seen["X-Stay"] == "1")
        // What Connection may not name is there all the same.
        #expect(seen.values("Host") == [app])
        #expect(seen.values("X-Forwarded-For") == ["127.0.0.1"])
        #expect(seen.values("Knative-Serving-Revision") == ["app-00001"])
    }

    @Test func `fields of the upstream's connection stay on it`() throws {
        try withApp(answering: { _ in
            response(
                "200 OK", "Connection: X-Hop, keep-alive", "X-Hop: 1", "Keep-Alive: timeout=5",
                "Proxy-Authenticate: Basic", "Upgrade: h2c", "X-Stay: 1", "Server: mine",
                "Date: Mon, 01 Jan 2024 00:00:00 GMT", "Set-Cookie: a=1", "Set-Cookie: b=2",
                body: "x")
        }) { gateway, _ throws in
            let answer = try RawClient.ask(port: gateway.external, ask())
            for name in ["X-Hop", "Keep-Alive", "Upgrade"] {
                #expect(answer[name] == nil, "\(name)")
            }
            #expect(answer["X-Stay"] == "1")
            #expect(answer["Server"] == "mine")
            #expect(answer.values("Date") == ["Mon, 01 Jan 2024 00:00:00 GMT"])
            #expect(answer.values("Set-Cookie") == ["a=1", "b=2"])
        }
    }

    @Test func `all other fields pass in their order and letter for letter`() throws {
        let fields = [
            "accept: a, b", "Accept: c", "Cookie: a=b; c=\"d\"", "x-empty:", "X-UPPER: Mixed Case ",
            "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "tracestate: a=b", "b3: 1-2", "Authorization: Bearer x", "X-Utf8: é",
        ]
        try withApp(answering: { _ in response() }) { gateway, upstream throws in
            let lines = ["GET / HTTP/1.1", "Host: \(app)"] + fields
            _ = try RawClient.ask(
                port: gateway.external, lines.joined(separator: "\r\n") + "\r\n\r\n")
            let seen = try #require(upstream.requests.first)
            #expect(seen.values("Accept") == ["a, b", "c"])
            #expect(seen["x-empty"] == "")
            #expect(seen["X-Upper"] == "Mixed Case")
            let names = fields.map { $0.prefix { $0 != ":" }.lowercased() }
            let order = seen.fields.map { $0.name.lowercased() }.filter(names.contains)
            #expect(order == names)
            for field in fields where !field.hasSuffix(":") {
                let value = field.drop { $0 != ":" }.dropFirst().trimmed
                #expect(seen.fields.contains { $0.value == value }, "\(field)")
            }
        }
    }
}
