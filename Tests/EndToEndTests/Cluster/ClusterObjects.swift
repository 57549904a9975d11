import FakeAPIServer
import Foundation

/// The objects that the conformance suite makes.
enum ClusterObjects {
    static func service(_ name: String, _ ports: [JSONValue]) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": metadata(name),
            "spec": ["ports": .array(ports), "selector": ["test-pod": .string(name)]],
        ]
    }

    /// A Service that stands for another name.
    static func externalName(_ name: String, _ target: String, _ port: JSONValue) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service", "metadata": metadata(name),
            "spec": [
                "type": "ExternalName", "externalName": .string(target), "ports": [port],
                "sessionAffinity": "None",
            ],
        ]
    }

    static func slice(
        _ name: String, port: UInt16, named: String, _ appProtocol: JSONValue
    ) -> JSONValue {
        var metadata = metadata(name)
        metadata["labels"] = ["kubernetes.io/service-name": .string(name)]
        var entry: JSONValue = [
            "name": .string(named), "port": .integer(Int(port)), "protocol": "TCP",
        ]
        entry["appProtocol"] = appProtocol
        return [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": metadata,
            "addressType": "IPv4", "ports": [entry],
            "endpoints": [
                [
                    "addresses": ["127.0.0.1"],
                    "conditions": ["ready": true, "serving": true, "terminating": false],
                    "nodeName": "node-1",
                ]
            ],
        ]
    }

    static func ingress(
        _ rules: [JSONValue], tls: [JSONValue] = [], httpOption: String = "Enabled",
        annotations: JSONValue = [
            "networking.knative.dev/ingress.class": .string(ClusterStage.ingressClass)
        ]
    ) -> JSONValue {
        var metadata = metadata(ClusterStage.randomName("ingress-conformance"))
        metadata["annotations"] = annotations
        var spec: JSONValue = ["rules": .array(rules), "httpOption": .string(httpOption)]
        if !tls.isEmpty { spec["tls"] = .array(tls) }
        return [
            "apiVersion": "networking.internal.knative.dev/v1alpha1", "kind": "Ingress",
            "metadata": metadata, "spec": spec,
        ]
    }

    static func rule(
        _ hosts: [String], _ paths: [JSONValue], visibility: String = "ExternalIP"
    ) -> JSONValue {
        [
            "hosts": .array(hosts.map { .string($0) }), "visibility": .string(visibility),
            "http": ["paths": .array(paths)],
        ]
    }

    /// A path; without a `path` it is every one.
    static func path(
        _ splits: [JSONValue], path: String? = nil, headers: JSONValue = nil,
        appending: JSONValue = nil, rewriteHost: String? = nil
    ) -> JSONValue {
        var entry: JSONValue = ["splits": .array(splits)]
        if let path { entry["path"] = .string(path) }
        entry["headers"] = headers
        entry["appendHeaders"] = appending
        if let rewriteHost { entry["rewriteHost"] = .string(rewriteHost) }
        return entry
    }

    /// A share of an upstream; a single one is 100 %, as the suite's defaulting writes it.
    static func split(
        _ upstream: ClusterUpstream, percent: Int = 100, appending: JSONValue = nil
    ) -> JSONValue {
        var entry: JSONValue = [
            "serviceNamespace": .string(ClusterStage.namespace),
            "serviceName": .string(upstream.name), "servicePort": .integer(upstream.servicePort),
        ]
        if percent > 0 { entry["percent"] = .integer(percent) }
        entry["appendHeaders"] = appending
        return entry
    }

    private static func metadata(_ name: String) -> JSONValue {
        ["name": .string(name), "namespace": .string(ClusterStage.namespace)]
    }
}

/// Certificates.
extension ClusterObjects {
    /// A Secret of the suite's namespace with a certificate, without Knative's label.
    static func secret(_ name: String, certificate: String, key: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": ["name": .string(name), "namespace": .string(ClusterStage.namespace)],
            "data": [
                "tls.crt": .string(base64(certificate)), "tls.key": .string(base64(key)),
            ],
        ]
    }

    /// An entry of `spec.tls`.
    static func tls(_ hosts: [String], secret: String) -> JSONValue {
        [
            "hosts": .array(hosts.map { .string($0) }), "secretName": .string(secret),
            "secretNamespace": .string(ClusterStage.namespace),
        ]
    }

    private static func base64(_ text: String) -> String {
        Data(text.utf8).base64EncodedString()
    }
}
