import TestSupport
import Testing

/// The counted split on the wire (Show 3 of the first issue).
@Suite struct `Counted split` {
    private func counts(
        _ shares: [(String, Int)], requests: Int, workers: Int, connections: Int,
        mixing extra: [String] = []
    ) throws -> [String: Int] {
        let upstreams = try shares.map { try EchoUpstream($0.0) }
        defer { for upstream in upstreams { upstream.stop() } }
        let revisions = upstreams.map { Manifests.revision($0.name, ports: [$0.port]) }
        let route = Manifests.route("app", shares.map { .init($0.0, $0.1) })
        var counts: [String: Int] = [:]
        try withGateway(
            ["app.yaml": Manifests.file(revisions + [route])], settings: ["workers": "\(workers)"]
        ) { gateway in
            let load = LoadClient(
                port: gateway.external, connections: connections, requests: [ask()] + extra,
                count: requests * (1 + extra.count))
            let report = try load.finish(isCounted: true)
            #expect(report.failures.isEmpty)
            #expect(report.answers.allSatisfy { $0.status == 200 })
            counts = report.answers.filter { $0.request == 0 }
                .reduce(into: [:]) { $0[$1.name, default: 0] += 1 }
        }
        return counts
    }

    @Test func `1,000 requests at 90 and 10 are 900 and 100`() throws {
        let shares = [("stable", 90), ("canary", 10)]
        let counts = try counts(shares, requests: 1000, workers: 1, connections: 8)
        #expect(counts == ["stable": 900, "canary": 100])
    }

    @Test func `100 requests at 99 and 1 are 99 and 1`() throws {
        let shares = [("stable", 99), ("canary", 1)]
        let counts = try counts(shares, requests: 100, workers: 1, connections: 4)
        #expect(counts == ["stable": 99, "canary": 1])
    }

    @Test func `three revisions are exact and one at 0 gets nothing`() throws {
        let shares = [("a", 57), ("b", 33), ("c", 10), ("d", 0)]
        let counts = try counts(shares, requests: 500, workers: 1, connections: 4)
        #expect(counts == ["a": 285, "b": 165, "c": 50])
    }

    @Test func `two workers together are off by less than 2`() throws {
        let shares = [("stable", 90), ("canary", 10)]
        let counts = try counts(shares, requests: 1000, workers: 2, connections: 16)
        #expect(abs((counts["canary"] ?? 0) - 100) < 2)
        #expect(counts.values.reduce(0, +) == 1000)
    }

    @Test func `probes are outside the count`() throws {
        let probe = ask("GET", "/healthz", "K-Network-Probe: probe", "K-Network-Hash: override")
        let shares = [("stable", 90), ("canary", 10)]
        let counts = try counts(
            shares, requests: 500, workers: 1, connections: 1, mixing: [probe])
        #expect(counts == ["stable": 450, "canary": 50])
    }

    @Test func `a change elsewhere does not start the count again`() throws {
        let upstreams = try ["stable", "canary"].map { try EchoUpstream($0) }
        defer { for upstream in upstreams { upstream.stop() } }
        let revisions = upstreams.map { Manifests.revision($0.name, ports: [$0.port]) }
        let route = Manifests.route("app", [.init("stable", 99), .init("canary", 1)])
        try withGateway(["app.yaml": Manifests.file(revisions + [route])]) { gateway throws in
            var canaries = 0
            for round in 0..<10 {
                let other =
                    Manifests.simple("other", ports: [upstreams[0].port])
                    + "---\n" + Manifests.simple("more\(round)", ports: [upstreams[1].port])
                try gateway.apply("other.yaml", other)
                let load = LoadClient(
                    port: gateway.external, connections: 1, requests: [ask()], count: 20)
                canaries += try load.finish(isCounted: true).counts["canary"] ?? 0
            }
            #expect(canaries == 2)
        }
    }
}
