import FakeAPIServer
import Logging
import Synchronization

@testable import ControlPlane

/// A fake API server with a client of ours, for one test.
struct FakeCluster {
    let server: FakeAPIServer
    let client: APIClient

    /// Runs a test with a server, which lets everybody do everything unless told otherwise, and
    /// ends both afterwards.
    static func run(
        _ options: FakeAPIServer.Options = .init(), token: String? = nil,
        _ body: (FakeCluster) async throws -> Void
    ) async throws {
        let server = try FakeAPIServer.start(options)
        let access = ClusterAccess(
            server: APIServer(isTLS: false, host: "127.0.0.1", port: Int(server.port)),
            identity: ClusterIdentity(token.map { .token(SecretText($0)) } ?? .nobody))
        try await run(server, access, body)
    }

    /// The same with a server that is there, and an access to it.
    static func run(
        _ server: FakeAPIServer, _ access: ClusterAccess,
        _ body: (FakeCluster) async throws -> Void
    ) async throws {
        let client = APIClient(
            access, userAgent: "weir-test",
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(FakeCluster(server: server, client: client)))
        } catch {
            outcome = .failure(error)
        }
        await client.shutdown()
        server.stop()
        try outcome.get()
    }

    /// A Service's YAML; its port tells versions apart.
    static func service(_ name: String, namespace: String = "default", port: Int = 80) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: \(name), namespace: \(namespace)}
        spec: {ports: [{port: \(port)}]}
        """
    }

    /// An Ingress' YAML; its path tells versions apart.
    static func ingress(
        _ name: String, class ingressClass: String = "weir.ingress.networking.knative.dev",
        path: String = "/"
    ) -> String {
        """
        apiVersion: networking.internal.knative.dev/v1alpha1
        kind: Ingress
        metadata:
          name: \(name)
          namespace: default
          annotations: {networking.knative.dev/ingress.class: \(ingressClass)}
        spec:
          rules:
          - hosts: [\(name).example.com]
            visibility: ExternalIP
            http:
              paths:
              - path: \(path)
                splits:
                - {serviceNamespace: default, serviceName: \(name), servicePort: 80, percent: 100}
        """
    }

    /// A Secret's YAML.
    static func secret(_ name: String, isLabelled: Bool = false, value: String = "YQ==") -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: \(name)
          namespace: default
          labels: {\(isLabelled ? "networking.internal.knative.dev/certificate-uid: x" : "")}
        data: {a: \(value)}
        """
    }

    /// Waits that tests can afford.
    static var pace: ReflectorPace {
        var pace = ReflectorPace()
        pace.first = .milliseconds(5)
        pace.most = .milliseconds(50)
        pace.forbidden = .milliseconds(50)
        pace.shortest = .milliseconds(50)
        pace.healthy = .milliseconds(500)
        return pace
    }
}

/// Follows a reflector: what the world is by its events, and what it said.
final class Follower: Sendable {
    struct Seen {
        /// Versions by names.
        var world: [String: String] = [:]
        var lists = 0
        var changes: [String] = []
        var faults: [APIFault] = []
        var recoveries = 0
    }

    private let seen = Mutex(Seen())
    private let task: Mutex<Task<Void, Never>?> = Mutex(nil)

    init(_ reflector: Reflector) {
        let task = Task { await reflector.run { [weak self] in self?.take($0) } }
        self.task.withLock { $0 = task }
    }

    deinit { task.withLock { $0?.cancel() } }

    /// Ends it and waits for its end.
    func stop() async {
        let task = task.withLock { $0.take() }
        task?.cancel()
        await task?.value
    }

    var now: Seen { seen.withLock { $0 } }

    private func take(_ event: ClusterEvent) {
        seen.withLock { seen in
            switch event {
            case .listed(let objects):
                seen.lists += 1
                seen.world = Dictionary(
                    uniqueKeysWithValues: objects.map { ($0.pair.description, $0.resourceVersion) })
            case .changed(let object):
                seen.changes.append(object.name)
                seen.world[object.pair.description] = object.resourceVersion
            case .gone(let namespace, let name):
                seen.changes.append("-" + name)
                seen.world["\(namespace)/\(name)"] = nil
            case .failing(let fault): seen.faults.append(fault)
            case .recovered: seen.recoveries += 1
            case .reached: break
            }
        }
    }

    /// Waits until it knows what the server has.
    func catchesUp(with server: FakeAPIServer, _ resource: Resource) async -> Bool {
        await eventually { now.world == Self.world(server, resource) }
    }

    private static func world(_ server: FakeAPIServer, _ resource: Resource) -> [String: String] {
        var world: [String: String] = [:]
        for object in server.list(resource) {
            let meta = object["metadata"]
            world["\(meta["namespace"].text ?? "")/\(meta["name"].text ?? "")"] =
                meta["resourceVersion"].text
        }
        return world
    }
}
