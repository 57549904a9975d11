import FakeAPIServer
import TestSupport
import Testing

extension ClusterStage {
    /// The field by which the suite tells upstreams apart.
    static let mark = "Which-Backend"

    /// Asks for a path of a host, at the external listener unless a port is given.
    func ask(
        _ host: String, _ path: String = "/", _ fields: String..., port: UInt16? = nil
    ) throws -> Message {
        try RawClient.ask(
            port: port ?? gateway.external,
            Self.request(host, path, fields + ["Connection: close"]), within: .seconds(30))
    }

    static func request(_ host: String, _ path: String, _ fields: [String]) -> String {
        (["GET \(path) HTTP/1.1", "Host: \(host)", "User-Agent: knative.dev/conformance"] + fields)
            .joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// What the image `runtime` behind a host received.
    func report(
        _ host: String, _ path: String = "/", _ fields: String..., port: UInt16? = nil
    ) throws -> RuntimeReport {
        let request = Self.request(host, path, fields + ["Connection: close"])
        return try RuntimeReport(
            RawClient.ask(port: port ?? gateway.external, request, within: .seconds(30)))
    }

    /// Asks so often, eight at a time on connections that are kept, and counts the marks that
    /// upstreams received; every answer must be 200.
    func counts(
        _ host: String, _ path: String = "/", asking count: Int, port: UInt16? = nil
    ) throws -> [String: Int] {
        let port = port ?? gateway.external
        let request = Self.request(host, path, [])
        let threads = (0..<8).map { index in
            Background {
                let client = try RawClient(port: port)
                defer { client.close() }
                var counts: [String: Int] = [:]
                for _ in 0..<(count / 8 + (index < count % 8 ? 1 : 0)) {
                    try client.send(request)
                    let report = try RuntimeReport(client.readResponse())
                    counts[report.values(Self.mark).first ?? "", default: 0] += 1
                }
                return counts
            }
        }
        return try threads.reduce(into: [:]) { all, thread in
            all.merge(try thread.value(within: .seconds(60))) { $0 + $1 }
        }
    }

    /// Asks each replica back to back while `body` runs; every answer must be 200.
    func probing(_ host: String, _ body: () throws -> Void) throws {
        let loads = replicas.map {
            LoadClient(
                port: $0.external, connections: 1,
                requests: [Self.request(host, "/?time=0", [])])
        }
        try body()
        for load in loads {
            let report = try load.finish()
            #expect(report.failures.isEmpty, "\(report.failures.prefix(3))")
            let bad = report.answers.filter { $0.status != 200 }
            #expect(bad.isEmpty, "\(bad.count) of \(report.answers.count): \(bad.prefix(3))")
            #expect(report.answers.count > 10)
        }
    }

    /// The status of an answer, or nil where connecting or asking failed.
    func status(_ host: String, _ path: String = "/", port: UInt16? = nil) -> Int? {
        (try? ask(host, path, port: port))?.status
    }

    /// A proxy upstream that asks the internal listener for a host, with a public Ingress before it;
    /// gives the public host.
    func proxy(to target: String) throws -> String {
        let proxy = try upstream(
            .proxy, ["--gateway", "127.0.0.1:\(gateway.cluster)", "--target", target])
        let host = Self.randomName("proxy") + ".example.com"
        try ready([
            ClusterObjects.rule([host], [ClusterObjects.path([ClusterObjects.split(proxy)])])
        ])
        return host
    }
}
