internal import ServiceLifecycle

/// What the demo does beside the gateway, once all listeners are open: says how to use it, sends
/// traffic, shows the table.
struct DemoShow: Service {
    let gateway: Gateway
    /// The folder of the manifests.
    let folder: String
    let time: Duration?
    let isTerminal: Bool
    let write: @Sendable (String) -> Void
    let ready: AsyncStream<Void>
    /// The bound ports by the listeners' names.
    let ports: @Sendable () -> [String: Int]

    func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in ready { break }
        }
        let ports = ports()
        guard let port = ports["external-http"] else { return }
        write(introduction(ports).map { $0 + "\n" }.joined())
        let view = DemoView(
            workers: gateway.workers, board: gateway.board, time: time,
            isTerminal: isTerminal, write: write)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await DemoTraffic(port: port, board: gateway.board).run() }
            group.addTask { try await view.run() }
            // The first that ends, by its time or by the drain, ends the other.
            _ = try await group.next()
            group.cancelAll()
        }
    }

    private func introduction(_ ports: [String: Int]) -> [String] {
        func url(_ name: String) -> String { "http://127.0.0.1:\(ports[name] ?? 0)" }
        let external = url("external-http")
        return [
            "A Service with three revisions: 90 %, 10 %, and a candidate that only its tag reaches.",
            "",
            "by weight:  curl -H 'Host: \(DemoTraffic.host)' \(external)/",
            "by tag:     curl -H 'Host: \(DemoTraffic.taggedHost)' \(external)/",
            "            curl -H 'Host: \(DemoTraffic.host)' -H 'Knative-Serving-Tag: candidate' "
                + "\(external)/",
            "by a rule:  curl -H 'Host: \(DemoTraffic.host)' -H 'X-Env: qa' \(external)/",
            "sticky:     curl -c jar -b jar -H 'Host: sticky.default.example.com' \(external)/",
            "by TLS:     curl -k --connect-to ::127.0.0.1: "
                + "https://\(DemoTraffic.host):\(ports["external-https"] ?? 0)/",
            "in cluster: curl -H 'Host: hello.default.svc.cluster.local' "
                + "\(url("internal-http"))/",
            "why:        weir explain GET http://\(DemoTraffic.host)/ -H 'X-Env: qa' "
                + "--admin 127.0.0.1:\(ports["admin"] ?? 0)",
            "routes:     curl '\(url("admin"))/routes?format=text'",
            "metrics:    curl \(url("status"))/metrics",
            "change it:  edit \(folder)/hello.yaml",
            "",
        ]
    }
}
