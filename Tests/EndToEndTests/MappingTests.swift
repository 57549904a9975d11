import TestSupport
import Testing

/// DomainMapping: its hop to a Route's internal host is decided in process.
@Suite struct `Domain mappings` {
    private func ask(_ gateway: Gateway, _ host: String, _ fields: String...) throws -> Message {
        let lines = ["GET /x?y HTTP/1.1", "Host: \(host)"] + fields
        return try RawClient.ask(
            port: gateway.external, lines.joined(separator: "\r\n") + "\r\n\r\n")
    }

    @Test func `a mapped host reaches the Route in one hop, as the cluster's own host`() throws {
        let upstream = try EchoUpstream("one")
        defer { upstream.stop() }
        let files = [
            "app.yaml": Manifests.simple("app", ports: [upstream.port]),
            "mapping.yaml": Manifests.mapping("shop.example.org", to: "app"),
        ]
        try withGateway(files) { gateway throws in
            let answer = try ask(gateway, "shop.example.org", "K-Original-Host: evil")
            #expect(answer.status == 200)
            let seen = answer.bodyText
            #expect(seen.hasPrefix("one\nGET /x?y HTTP/1.1\r\n"))
            #expect(seen.contains("\r\nHost: app.default.svc.cluster.local\r\n"), "\(seen)")
            #expect(seen.contains("\r\nK-Original-Host: shop.example.org\r\n"), "\(seen)")
            #expect(!seen.contains("evil"))
            // One hop: the client's address stands there once, and one request was counted.
            #expect(seen.contains("\r\nx-forwarded-for: 127.0.0.1\r\n"))
            #expect(seen.contains("\r\nKnative-Serving-Revision: app-00001\r\n"))
            try gateway.waitForMetric("weir_requests_total") { $0 == 1 }
            #expect(try ask(gateway, "app.default.svc.cluster.local").status == 404)
            try gateway.manifests.delete("mapping.yaml")
            try eventually("the mapping is gone") {
                try ask(gateway, "shop.example.org").status == 404
            }
        }
    }

    @Test func `a mapped host splits as its Route does`() throws {
        let upstreams = try ["app-00001", "app-00002"].map { try EchoUpstream($0) }
        defer { for upstream in upstreams { upstream.stop() } }
        let files = [
            "app.yaml": Manifests.file(
                upstreams.map { Manifests.revision($0.name, ports: [$0.port]) } + [
                    Manifests.route("app", [.init("app-00001", 75), .init("app-00002", 25)]),
                    Manifests.mapping("shop.example.org", to: "app"),
                ])
        ]
        try withGateway(files) { gateway throws in
            let names = try (0..<40).map { _ in
                try ask(gateway, "shop.example.org").bodyText.prefix { $0 != "\n" }
            }
            #expect(names.count { $0 == "app-00002" } == 10)
        }
    }
}
