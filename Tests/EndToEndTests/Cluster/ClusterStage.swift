import FakeAPIServer
import Foundation
import TestSupport
import Testing

/// Runs replicas of the gateway against a fake API server for the length of `body`; they must be
/// alive at the end and leave with 0.
func withCluster(
    replicas: Int = 1, options: FakeAPIServer.Options = .init(),
    settings: [String: String] = [:], user: String = "weir",
    _ body: (ClusterStage) throws -> Void
) throws {
    let stage = try ClusterStage(
        replicas: replicas, options: options, settings: settings, user: user)
    defer { stage.stop() }
    try body(stage)
}

/// A cluster with its API server, gateways and upstreams, as the conformance suite finds it.
final class ClusterStage {
    static let namespace = "serving-tests"
    static let systemNamespace = "weir-system"
    static let ingressClass = "weir.ingress.networking.knative.dev"

    let server: FakeAPIServer
    private(set) var replicas: [Gateway] = []
    private var upstreams: [ClusterUpstream] = []
    /// Replicas that the test has ended itself.
    private var ended: Set<Int> = []
    private let settings: [String: String]
    private let kubeconfig: String

    init(
        replicas count: Int, options: FakeAPIServer.Options, settings: [String: String],
        user: String
    ) throws {
        var options = options
        options.allowsLoopback = true
        options.namespaces += [Self.namespace, Self.systemNamespace]
        server = try FakeAPIServer.start(options)
        // As the settings of an installation say it.
        self.settings = [
            "internal-service": "\(Self.systemNamespace)/weir-internal",
            "external-service": "\(Self.systemNamespace)/weir",
        ].merging(settings) { $1 }
        kubeconfig = try server.kubeconfig(user: user, namespace: Self.systemNamespace)
        for name in ["weir", "weir-internal"] {
            let ports: JSONValue = [
                ["name": "http2", "port": 80, "targetPort": 8080],
                ["name": "https", "port": 443, "targetPort": 8443],
            ]
            try server.create([
                "apiVersion": "v1", "kind": "Service",
                "metadata": ["name": .string(name), "namespace": .string(Self.systemNamespace)],
                "spec": ["ports": ports, "selector": ["app": "weir"]],
            ])
        }
        for _ in 0..<count { try startReplica() }
    }

    /// Starts one more replica and waits until it is ready.
    @discardableResult
    func startReplica() throws -> Gateway {
        let replica = try Gateway(
            [:], settings: settings, kubeconfig: kubeconfig,
            environment: [
                "WEIR_POD_NAME": "weir-\(replicas.count)",
                "WEIR_POD_NAMESPACE": Self.systemNamespace,
            ])
        replicas.append(replica)
        return replica
    }

    /// The first replica, which most tests ask.
    var gateway: Gateway { replicas[0] }

    /// Ends everything; a replica that has died is an issue.
    func stop() {
        for (index, replica) in replicas.enumerated() where !ended.contains(index) {
            let died = replica.process.ended
            #expect(died == nil, "replica \(index) died: \(replica.process.stderr.suffix(4000))")
            let ending = replica.stop()
            if died == nil {
                #expect(
                    ending == .exit(0), "replica \(index): \(replica.process.stderr.suffix(4000))")
            }
        }
        for upstream in upstreams { upstream.process.stop() }
        server.stop()
    }

    /// Ends a replica as a node that loses its power does.
    func kill(_ index: Int) throws {
        ended.insert(index)
        replicas[index].process.send(SIGKILL)
        try replicas[index].process.waitForEnd()
    }

    /// Asks a replica to end, and says how it did.
    func end(_ index: Int) -> ChildProcess.Ending {
        ended.insert(index)
        return replicas[index].stop()
    }

    // MARK: Upstreams

    /// Starts an upstream, and makes its Service and EndpointSlice.
    ///
    /// The Service's port is named as the original suite names it, unless `portName` says another.
    @discardableResult
    func upstream(
        _ image: Image, portName: String? = nil, appProtocol: String? = nil,
        _ arguments: [String] = []
    ) throws -> ClusterUpstream {
        let name = Self.randomName(image.rawValue)
        let process = try image.start(name, arguments)
        let upstream = ClusterUpstream(
            name: name, servicePort: Int.random(in: 50...99), process: process)
        upstreams.append(upstream)
        var port: JSONValue = [
            "port": .integer(upstream.servicePort), "targetPort": .integer(Int(process.port)),
        ]
        let named = portName ?? image.portName
        if !named.isEmpty { port["name"] = .string(named) }
        if let appProtocol = appProtocol ?? image.appProtocol {
            port["appProtocol"] = .string(appProtocol)
        }
        try server.create(ClusterObjects.service(name, [port]))
        try server.create(
            ClusterObjects.slice(name, port: process.port, named: named, port["appProtocol"]))
        return upstream
    }

    /// Starts one more process behind a Service, with a slice of its own; its name is the slice's.
    func addProcess(to upstream: ClusterUpstream) throws -> ClusterUpstream {
        let name = Self.randomName(upstream.name)
        let process = try Image.runtime.start(name, [])
        let added = ClusterUpstream(
            name: name, servicePort: upstream.servicePort, process: process)
        upstreams.append(added)
        var slice = ClusterObjects.slice(
            name, port: process.port, named: Image.runtime.portName, nil)
        slice["metadata"]["labels"] = ["kubernetes.io/service-name": .string(upstream.name)]
        try server.create(slice)
        return added
    }

    /// Deletes an upstream's objects and asks its process to end, as a pod is ended.
    func remove(_ upstream: ClusterUpstream) throws {
        try server.delete(.services, Self.namespace, upstream.name)
        try server.delete(.endpointSlices, Self.namespace, upstream.name)
        upstream.process.process.send(SIGTERM)
    }

    // MARK: Ingresses

    /// Makes an Ingress of our class and waits until it is ready; gives its name.
    @discardableResult
    func ready(
        _ rules: [JSONValue], tls: [JSONValue] = [], httpOption: String = "Enabled",
        within limit: Duration = .seconds(20)
    ) throws -> String {
        let ingress = ClusterObjects.ingress(rules, tls: tls, httpOption: httpOption)
        let name = ingress["metadata"]["name"].text ?? ""
        try server.create(ingress)
        try waitUntilReady(name, within: limit)
        return name
    }

    /// Waits until an Ingress is ready in its present generation.
    @discardableResult
    func waitUntilReady(_ name: String, within limit: Duration = .seconds(20)) throws -> JSONValue {
        do {
            let found = try server.waitUntil(.ingresses, Self.namespace, name, within: limit) {
                $0.map(Self.isReady) ?? false
            }
            return found ?? nil
        } catch {
            let said = replicas.map { "\($0.process.stderr.suffix(2000))" }.joined(separator: "\n")
            throw TestFault("\(error)\n\(said)")
        }
    }

    /// Replaces an Ingress's rules, as the suite's update does: no option, percents as given.
    func update(_ name: String, _ rules: [JSONValue]) throws {
        try server.modify(.ingresses, Self.namespace, name) {
            $0["spec"] = ["rules": .array(rules)]
        }
    }

    private static func isReady(_ ingress: JSONValue) -> Bool {
        let status = ingress["status"]
        return status["observedGeneration"] == ingress["metadata"]["generation"]
            && status["conditions"].items.contains {
                $0["type"] == "Ready" && $0["status"] == "True"
            }
    }

    static func randomName(_ prefix: String) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        return prefix + "-" + String((0..<8).compactMap { _ in letters.randomElement() })
    }
}
