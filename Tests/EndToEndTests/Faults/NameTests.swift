import TestSupport
import Testing

/// Name servers that fail, for a Service that is only a name.
@Suite struct `Name servers` {
    private func withName(
        _ server: NameServer, _ body: (Gateway) throws -> Void
    ) throws {
        let upstream = try EchoUpstream("named")
        defer { upstream.stop() }
        let service = """
            apiVersion: v1
            kind: Service
            metadata: {name: named, namespace: default}
            spec:
              type: ExternalName
              externalName: upstream.test
              ports: [{port: 80, targetPort: \(upstream.port)}]

            """
        let ingress = Manifests.ingress("named", hosts: [app], to: "named")
            .replacing("servicePort: 80", with: "servicePort: \(upstream.port)")
        let files = [
            "named.yaml": Manifests.file(
                service.replacing("port: 80,", with: "port: \(upstream.port),"), ingress)
        ]
        let settings = ["name-server": "127.0.0.1:\(server.port)"]
        try withGateway(files, settings: settings, body)
    }

    private func waitForStatus(_ status: Int, _ gateway: Gateway) throws {
        try eventually("\(app) answers \(status)", within: .seconds(20)) {
            try RawClient.ask(port: gateway.external, ask()).status == status
        }
    }

    @Test(arguments: [NameServer.Mood.failing, .babbling])
    func `an address that was good stays while its servers fail`(mood: NameServer.Mood) throws {
        let server = try NameServer()
        defer { server.stop() }
        try withName(server) { gateway throws in
            try waitForStatus(200, gateway)
            server.become(mood)
            // It is held for a second; then two questions go wrong, and are said once.
            try eventually("it is said", within: .seconds(20)) {
                gateway.process.stderr.contains("the name servers do not answer")
            }
            let client = try RawClient(port: gateway.external)
            for _ in 0..<20 {
                try client.send(ask())
                #expect(try client.readResponse().status == 200)
            }
            let asked = server.questions
            server.become(.good)
            try eventually("it is asked again", within: .seconds(20)) {
                server.questions > asked
            }
            try waitForStatus(200, gateway)
        }
    }

    @Test func `a name without any address is 503 UH until its servers answer`() throws {
        let server = try NameServer(.failing)
        defer { server.stop() }
        try withName(server) { gateway throws in
            let answer = try RawClient.ask(port: gateway.external, ask())
            #expect(answer.status == 503)
            #expect(answer.bodyText == "no destination for this revision\n")
            try gateway.waitForMetric("weir_requests_total", ["flags": "UH", "code": "503"]) {
                $0 == 1
            }
            server.become(.good)
            try waitForStatus(200, gateway)
        }
    }

    @Test func `a server that says nothing holds up nobody else`() throws {
        let server = try NameServer(.silent)
        defer { server.stop() }
        try withName(server) { gateway throws in
            #expect(try RawClient.ask(port: gateway.external, ask()).status == 503)
            let other = try EchoUpstream("other")
            defer { other.stop() }
            try gateway.apply("other.yaml", Manifests.simple("other", ports: [other.port]))
            let answer = try RawClient.ask(
                port: gateway.external,
                head("GET / HTTP/1.1", "Host: other.default.example.com"))
            #expect(answer.bodyText.hasPrefix("other\n"))
            server.become(.good)
            try waitForStatus(200, gateway)
        }
    }
}
