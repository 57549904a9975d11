import TestSupport
import Testing

/// Which host and path leads where.
@Suite struct `Routing` {
    private func status(_ port: UInt16, _ host: String, _ fields: String...) throws -> Int {
        try answer(port, host, fields).status
    }

    private func answer(_ port: UInt16, _ host: String, _ fields: [String] = []) throws -> Message {
        let lines = ["GET / HTTP/1.1", "Host: \(host)"] + fields
        return try RawClient.ask(port: port, lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    /// The first line of an `EchoUpstream`'s answer.
    private func name(_ port: UInt16, _ host: String, _ fields: String...) throws -> String {
        let body = try answer(port, host, fields).bodyText
        return String(body.prefix { $0 != "\n" })
    }

    @Test func `an unknown host is 404 with an empty body on a connection that stays`() throws {
        try withApp(answering: { _ in response(body: "x") }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            for _ in 0..<3 {
                try client.send(head("GET / HTTP/1.1", "Host: nobody.example.com"))
                let answer = try client.readResponse()
                #expect(answer.status == 404)
                #expect(answer.framing == .length(0))
                #expect(!answer.has("Connection", word: "close"))
            }
            try client.send(ask())
            #expect(try client.readResponse().bodyText == "x")
            #expect(upstream.requests.count == 1)
            try gateway.waitForMetric("weir_requests_total", ["code": "404", "flags": "NR"]) {
                $0 == 3
            }
        }
    }

    @Test func `the body of a request to an unknown host is not taken for a request`() throws {
        try withApp(answering: { _ in response(body: "x") }) { gateway, upstream throws in
            let client = try RawClient(port: gateway.external)
            let inner = ask("GET", "/smuggled")
            try client.send(
                head(
                    "POST / HTTP/1.1", "Host: nobody.example.com",
                    "Content-Length: \(inner.utf8.count)") + inner)
            let answer = try client.readResponse()
            #expect(answer.status == 404)
            if !answer.has("Connection", word: "close") {
                try client.send(ask("GET", "/next"))
                #expect(try client.readResponse().status == 200)
                #expect(upstream.requests.map(\.target) == ["/next"])
            } else {
                _ = try? client.waitForEnd()
                #expect(upstream.requests.isEmpty)
            }
        }
    }

    @Test func `an Ingress serves its paths only, the longest prefix first`() throws {
        let (root, deep) = (try EchoUpstream("root"), try EchoUpstream("deep"))
        defer {
            root.stop()
            deep.stop()
        }
        let ingress = """
            apiVersion: networking.internal.knative.dev/v1alpha1
            kind: Ingress
            metadata:
              name: paths
              namespace: default
              annotations:
                networking.knative.dev/ingress.class: weir.ingress.networking.knative.dev
            spec:
              rules:
                - hosts: [paths.example.org]
                  visibility: ExternalIP
                  http:
                    paths:
                      - path: /some
                        splits:
                          - {serviceNamespace: default, serviceName: root, servicePort: 80, percent: 100}
                      - path: /some/deep
                        rewriteHost: other.example.org
                        appendHeaders: {X-Path: deep}
                        splits:
                          - {serviceNamespace: default, serviceName: deep, servicePort: 80, percent: 100}

            """
        let files = [
            "ingress.yaml": Manifests.file(
                ingress, Manifests.revision("root", ports: [root.port]),
                Manifests.revision("deep", ports: [deep.port]))
        ]
        try withGateway(files) { gateway throws in
            for (path, name) in [
                ("/some", "root"), ("/somewhere", "root"), ("/some/deep", "deep"),
                ("/some/deeper?x", "deep"), ("/SOME", ""), ("/", ""), ("/other", ""),
            ] {
                let request = head("GET \(path) HTTP/1.1", "Host: paths.example.org", "X-Path: no")
                let answer = try RawClient.ask(port: gateway.external, request)
                #expect(answer.status == (name.isEmpty ? 404 : 200), "\(path)")
                #expect(String(answer.bodyText.prefix { $0 != "\n" }) == name, "\(path)")
                if name.isEmpty { #expect(answer.body.isEmpty) }
                if name == "deep" {
                    #expect(answer.bodyText.contains("\nHost: other.example.org\r\n"))
                    #expect(answer.bodyText.contains("\nX-Path: deep\r\n"))
                    #expect(!answer.bodyText.contains("X-Path: no"))
                }
            }
        }
    }

    @Test func `a share without destinations is 503, the other share is served`() throws {
        let upstream = try EchoUpstream("a")
        defer { upstream.stop() }
        let files = [
            "app.yaml": Manifests.file(
                Manifests.revision("a", ports: [upstream.port]),
                Manifests.route("app", [.init("a", 80), .init("gone", 20)]))
        ]
        try withGateway(files) { gateway throws in
            let client = try RawClient(port: gateway.external)
            var counts: [Int: Int] = [:]
            for _ in 0..<100 {
                try client.send(ask())
                counts[try client.readResponse().status, default: 0] += 1
            }
            #expect(counts == [200: 80, 503: 20])
            try gateway.waitForMetric("weir_requests_total", ["code": "503"]) { $0 == 20 }
            #expect(try gateway.routes().contains("gone"))
        }
    }

    @Test func `a cluster-local Route is served on the internal listener only`() throws {
        let upstream = try EchoUpstream("a")
        defer { upstream.stop() }
        let local = ["networking.knative.dev/visibility": "cluster-local"]
        let files = [
            "app.yaml": Manifests.file(
                Manifests.revision("a", ports: [upstream.port]),
                Manifests.route("app", [.init("a", 100, tag: "t")], labels: local))
        ]
        try withGateway(files) { gateway throws in
            for name in ["app", "t-app"] {
                for host in ["default", "default.svc", "default.svc.cluster.local"] {
                    #expect(try status(gateway.cluster, "\(name).\(host)") == 200)
                    #expect(try status(gateway.external, "\(name).\(host)") == 404)
                }
                #expect(try status(gateway.external, "\(name).default.example.com") == 404)
                #expect(try status(gateway.cluster, "\(name).default.example.com") == 404)
            }
        }
    }

    @Test func `a public Route's local names are for the internal listener`() throws {
        try withApp(answering: { _ in response() }) { gateway, _ throws in
            #expect(try status(gateway.external, app) == 200)
            #expect(try status(gateway.cluster, app) == 200)
            #expect(try status(gateway.cluster, "app.default.svc.cluster.local") == 200)
            #expect(try status(gateway.external, "app.default.svc.cluster.local") == 404)
            #expect(try status(gateway.external, "app.default") == 404)
        }
    }

    @Test func `a tag host leads to its revision, at 0 percent too`() throws {
        let (stable, canary) = (try EchoUpstream("stable"), try EchoUpstream("canary"))
        defer {
            stable.stop()
            canary.stop()
        }
        let files = ["app.yaml": tagged(stable, canary)]
        try withGateway(files) { gateway throws in
            for _ in 0..<20 {
                #expect(try name(gateway.external, app) == "stable")
                #expect(try name(gateway.external, "candidate-\(app)") == "canary")
            }
            #expect(try status(gateway.external, "nosuch-\(app)") == 404)
            // Without the feature the header says nothing.
            #expect(try name(gateway.external, app, "Knative-Serving-Tag: candidate") == "stable")
        }
    }

    @Test func `the tag header leads to its revision where the feature is on`() throws {
        let (stable, canary) = (try EchoUpstream("stable"), try EchoUpstream("canary"))
        defer {
            stable.stop()
            canary.stop()
        }
        let feature = ["tag-header-based-routing": "enabled"]
        let files = [
            "app.yaml": tagged(stable, canary),
            "features.yaml": Manifests.configMap("config-features", feature),
        ]
        try withGateway(files) { gateway throws in
            let key = "Knative-Serving-Tag"
            #expect(try name(gateway.external, app, "\(key): candidate") == "canary")
            #expect(try name(gateway.external, app, "\(key.lowercased()): candidate") == "canary")
            #expect(try name(gateway.external, app, "\(key): Candidate") == "stable")
            #expect(try name(gateway.external, app, "\(key): nosuch") == "stable")
            #expect(try name(gateway.external, app, "\(key): ") == "stable")
            let byDefault = try answer(gateway.external, app).bodyText
            #expect(byDefault.contains("\nKnative-Serving-Default-Route: true\r\n"))
            let byTag = try answer(gateway.external, app, ["\(key): candidate"]).bodyText
            #expect(!byTag.contains("Knative-Serving-Default-Route"))
            let byHost = try answer(gateway.external, "candidate-\(app)", ["\(key): x"]).bodyText
            #expect(byHost.hasPrefix("canary\n"))
            #expect(byHost.contains("\n\(key): candidate\r\n"))
            #expect(!byHost.contains("\(key): x"))
        }
    }

    private func tagged(_ stable: EchoUpstream, _ canary: EchoUpstream) -> String {
        Manifests.file(
            Manifests.revision("stable", ports: [stable.port]),
            Manifests.revision("canary", ports: [canary.port]),
            Manifests.route(
                "app", [.init("stable", 100), .init("canary", 0, tag: "candidate")]))
    }

    @Test func `a Service with its Revisions is enough`() throws {
        let upstream = try EchoUpstream("a")
        defer { upstream.stop() }
        let files = [
            "app.yaml": Manifests.file(
                Manifests.service("app", [.init(nil, 100, tag: "latest")]),
                Manifests.revision("app-00001", ports: [upstream.port], owner: "app"))
        ]
        try withGateway(files) { gateway throws in
            #expect(try name(gateway.external, app) == "a")
            #expect(try name(gateway.external, "latest-\(app)") == "a")
        }
    }

    @Test func `the domain comes from config-domain`() throws {
        let upstream = try EchoUpstream("a")
        defer { upstream.stop() }
        let files = [
            "app.yaml": Manifests.simple("app", ports: [upstream.port]),
            "domain.yaml": Manifests.configMap("config-domain", ["apps.example.net": ""]),
        ]
        try withGateway(files) { gateway throws in
            #expect(try status(gateway.external, "app.default.apps.example.net") == 200)
            #expect(try status(gateway.external, app) == 404)
        }
    }

    @Test func `an Ingress with a certificate sends plain external requests to https`() throws {
        let upstream = try EchoUpstream("a")
        defer { upstream.stop() }
        let ingress = """
            apiVersion: networking.internal.knative.dev/v1alpha1
            kind: Ingress
            metadata:
              name: secure
              namespace: default
              annotations:
                networking.knative.dev/ingress.class: weir.ingress.networking.knative.dev
            spec:
              httpOption: Redirected
              tls:
                - {hosts: [secure.example.org], secretName: s, secretNamespace: default}
              rules:
                - hosts: [secure.example.org]
                  visibility: ExternalIP
                  http:
                    paths:
                      - splits:
                          - {serviceNamespace: default, serviceName: a, servicePort: 80, percent: 100}
                - hosts: [secure.default.svc.cluster.local]
                  visibility: ClusterLocal
                  http:
                    paths:
                      - splits:
                          - {serviceNamespace: default, serviceName: a, servicePort: 80, percent: 100}

            """
        let revision = Manifests.revision("a", ports: [upstream.port])
        try withGateway(["a.yaml": Manifests.file(ingress, revision)]) { gateway throws in
            // Without a certificate there is no https to send anybody to.
            #expect(try name(gateway.external, "secure.example.org") == "a")
            try gateway.apply("s.yaml", Authority().issue("secure.example.org").secret("s"))
            let client = try RawClient(port: gateway.external)
            let host = "Host: secure.example.org:8080"
            try client.send(head("GET /a/b?c=d HTTP/1.1", host, "X-Forwarded-Proto: https"))
            let answer = try client.readResponse()
            #expect(answer.status == 301)
            #expect(answer["Location"] == "https://secure.example.org/a/b?c=d")
            // A challenge of a certificate authority is asked for without TLS.
            try client.send(head("GET /.well-known/acme-challenge/token HTTP/1.1", host))
            #expect(try client.readResponse().bodyText.hasPrefix("a\n"))
            #expect(try name(gateway.cluster, "secure.default.svc.cluster.local") == "a")
        }
    }
}
