import FakeAPIServer
import TestSupport

/// Upstreams inside the test's own process, for tests that need many, or need them quickly.
extension ClusterStage {
    /// Makes a Service and a slice that leads to the upstream.
    func publish(_ upstream: EchoUpstream) throws {
        try server.create(
            ClusterObjects.service(
                upstream.name,
                [["name": "http", "port": 80, "targetPort": .integer(Int(upstream.port))]]))
        try server.create(
            ClusterObjects.slice(upstream.name, port: upstream.port, named: "http", nil))
    }

    /// A rule for a host that leads all of it there, with a field that says so.
    static func rule(
        _ host: String, to name: String, saying value: String? = nil, port: Int = 80
    ) -> JSONValue {
        var split: JSONValue = [
            "serviceNamespace": .string(namespace), "serviceName": .string(name),
            "servicePort": .integer(port), "percent": 100,
        ]
        if let value { split["appendHeaders"] = ["Who-Are-You": .string(value)] }
        return ClusterObjects.rule([host], [ClusterObjects.path([split])])
    }

    /// What the upstream behind a host was told by that field.
    func said(_ host: String, port: UInt16) throws -> String {
        let answer = try ask(host, port: port)
        guard answer.status == 200 else { throw TestFault("\(host): \(answer.status)") }
        let line = answer.bodyText.split(separator: "\r\n").first {
            $0.lowercased().hasPrefix("who-are-you: ")
        }
        return line.map { String($0.dropFirst(13)) } ?? ""
    }

    /// Forgets the status of readiness: the condition Ready as it stands.
    func readiness(_ name: String) -> JSONValue {
        guard let ingress = server.get(.ingresses, Self.namespace, name) else { return nil }
        return ingress["status"]["conditions"].items.first { $0["type"] == "Ready" } ?? nil
    }

    /// The number of the replica that holds the leader's Lease; nil for none.
    var leader: Int? {
        let lease = server.get(.leases, Self.systemNamespace, "weir-leader")
        let holder = lease?["spec"]["holderIdentity"].text ?? ""
        return holder.hasPrefix("weir-") ? Int(holder.dropFirst(5).prefix { $0.isNumber }) : nil
    }
}
