import ControlPlane
import FakeAPIServer
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@Suite struct GatewayTests {
    /// Does something beside the gateway, and ends it.
    private struct Companion: Service {
        let body: @Sendable () async throws -> Void
        func run() async throws { try await body() }
    }

    private func settings(_ folder: ScratchFolder) -> Settings {
        var settings = Settings()
        let anyPort = [ListenAddress(ip: [127, 0, 0, 1], port: 0)]
        settings.externalHTTP = anyPort
        settings.externalHTTPS = anyPort
        settings.internalHTTP = anyPort + anyPort
        settings.internalHTTPS = []
        settings.accessLog = .off
        settings.status = anyPort
        settings.admin = anyPort
        settings.manifests = [folder.path]
        settings.workers = 2
        settings.drainDelay = .zero
        settings.drainTime = .seconds(1)
        return settings
    }

    @Test
    func
        `it opens its listeners, serves the table, follows changes, and ends with what ran beside it`()
        async throws
    {
        let folder = try ScratchFolder()
        try folder.write("hello.yaml", Sample.service([90, 10]))
        let bound = Mutex<[String]>([])
        let gateway = try Gateway(settings(folder), logger: LogLines().logger) { name, address in
            #expect(address.port != 0)
            bound.withLock { $0.append(name) }
        }
        try await gateway.run(
            with: [
                Companion {
                    let names = [
                        "admin", "external-http", "external-https", "internal-http",
                        "internal-http", "status",
                    ]
                    #expect(await eventually { bound.withLock { $0.sorted() } == names })
                    #expect(gateway.workers.servedVersion == 1)
                    try folder.write("hello.yaml", Sample.service([80, 20]))
                    #expect(await eventually { gateway.workers.servedVersion == 2 })
                    #expect(!gateway.board.isDraining)
                }
            ])
        #expect(gateway.board.isDraining)
        #expect(gateway.workers.isStopped)
    }

    @Test func `a running gateway explains`() async throws {
        let folder = try ScratchFolder()
        try folder.write("revisions.yaml", Sample.revision(1) + "---\n" + Sample.revision(2))
        try folder.write("hello.yaml", Sample.service([90, 10]))
        let admin = Mutex("")
        let gateway = try Gateway(settings(folder), logger: LogLines().logger) { name, address in
            if name == "admin" { admin.withLock { $0 = address.description } }
        }
        try await gateway.run(
            with: [
                Companion {
                    #expect(await eventually { !admin.withLock { $0 }.isEmpty })
                    let client = try AdminClient(admin.withLock { $0 })
                    let request = ExplainRequest(
                        method: "GET", url: "http://hello.default.example.com/")
                    let text = try await client.explain(request, asJSON: false)
                    #expect(text.contains("counted split") && text.contains("hello-2, 10 %"))
                    #expect(text.contains("2 workers"))
                    let json = try await client.explain(request, asJSON: true)
                    #expect(json.hasPrefix("{"))
                    let wrong = ExplainRequest(method: "GET", url: "http://a b/")
                    await #expect(throws: ExplainRequest.Refusal.self) {
                        try await client.explain(wrong, asJSON: false)
                    }
                }
            ])
        let gone = try AdminClient(admin.withLock { $0 })
        await #expect(throws: GatewayFault.self) {
            try await gone.explain(ExplainRequest(method: "GET", url: "http://a/"), asJSON: false)
        }
    }

    @Test func `an address that cannot be had is said by its setting`() async throws {
        let folder = try ScratchFolder()
        var settings = settings(folder)
        // TEST-NET-1 (RFC 5737) is nobody's address.
        settings.externalHTTP = [ListenAddress(ip: [192, 0, 2, 1], port: 0)]
        let gateway = try Gateway(settings, logger: LogLines().logger) { _, _ in }
        do {
            try await gateway.run()
            Issue.record("it ran")
        } catch {
            #expect("\(error)".hasPrefix("listeners.external-http: 192.0.2.1:0: "))
        }
    }

    @Test func `a second gateway at the same address is refused, the first one goes on`()
        async throws
    {
        let folder = try ScratchFolder()
        let bound = Mutex<UInt16>(0)
        let first = try Gateway(settings(folder), logger: LogLines().logger) { name, address in
            if name == "external-http" { bound.withLock { $0 = address.port } }
        }
        try await first.run(
            with: [
                Companion {
                    #expect(await eventually { bound.withLock { $0 } != 0 })
                    let port = bound.withLock { $0 }
                    for ip in [[127, 0, 0, 1], nil] as [[UInt8]?] {
                        var settings = settings(folder)
                        settings.externalHTTP = [ListenAddress(ip: ip, port: port)]
                        let address = settings.externalHTTP[0]
                        let second = try Gateway(settings, logger: LogLines().logger) { _, _ in }
                        let refusal = GatewayFault(
                            "listeners.external-http: \(address): the address is in use, "
                                + "a free one or port 0 would be right")
                        await #expect(throws: refusal) { try await second.run() }
                    }
                    #expect(!first.workers.isStopped)
                }
            ])
    }

    @Test func `it ends while it waits for a cluster, and opens nothing any more`() async throws {
        let folder = try ScratchFolder()
        let server = try FakeAPIServer.start()
        defer { server.stop() }
        try folder.write("kubeconfig", server.kubeconfig())
        try server.beginOutage()
        var settings = settings(folder)
        settings.manifests = []
        settings.isKubernetes = true
        settings.kubeconfigFiles = [folder.path("kubeconfig")]
        let bound = Mutex<Set<String>>([])
        let lines = LogLines()
        let gateway = try Gateway(settings, logger: lines.logger) { name, _ in
            _ = bound.withLock { $0.insert(name) }
        }
        let running = Task {
            try await gateway.run(
                with: [
                    Companion {
                        #expect(await eventually { bound.withLock { $0.contains("status") } })
                        #expect(
                            await eventually { lines.lines.contains { $0.contains("cluster") } })
                    }
                ])
        }
        let isOver = Mutex(false)
        let waiting = Task {
            try await running.value
            isOver.withLock { $0 = true }
        }
        #expect(await eventually { isOver.withLock { $0 } })
        running.cancel()
        try? await waiting.value
        #expect(gateway.workers.isStopped)
        #expect(bound.withLock { $0 } == ["admin", "status"])
    }

    @Test func `manifests that are not there are said before anything runs`() throws {
        var settings = Settings()
        settings.manifests = ["/nowhere/at/all"]
        #expect(throws: GatewayFault.self) {
            try Gateway(settings, logger: LogLines().logger) { _, _ in }
        }
    }
}
