import FakeAPIServer

/// Objects that tests start from.
enum Sample {
    static func ingress(_ name: String, namespace: String = "default") -> JSONValue {
        let split: JSONValue = [
            "serviceNamespace": .string(namespace), "serviceName": "app", "servicePort": 80,
            "percent": 100,
        ]
        return [
            "apiVersion": "networking.internal.knative.dev/v1alpha1", "kind": "Ingress",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "spec": [
                "httpOption": "Enabled",
                "rules": [
                    [
                        "hosts": [.string("\(name).example.com")], "visibility": "ExternalIP",
                        "http": ["paths": [["splits": [split]]]],
                    ]
                ],
            ],
        ]
    }

    static func service(_ name: String, labels: JSONValue = nil) -> JSONValue {
        var service: JSONValue = [
            "apiVersion": "v1", "kind": "Service",
            "metadata": ["name": .string(name), "namespace": "default"],
            "spec": ["ports": [["name": "http", "port": 80, "targetPort": 8080]]],
        ]
        service["metadata"]["labels"] = labels
        return service
    }

    static func slice(_ name: String, _ addresses: [String], type: String = "IPv4") -> JSONValue {
        [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "name": .string(name), "namespace": "default",
                "labels": ["kubernetes.io/service-name": "app"],
            ],
            "addressType": .string(type),
            "endpoints": [
                [
                    "addresses": .array(addresses.map { .string($0) }),
                    "conditions": ["ready": true],
                ]
            ],
            "ports": [["name": "http", "port": 8080, "protocol": "TCP"]],
        ]
    }

    static func secret(_ name: String, labels: JSONValue = nil) -> JSONValue {
        var secret: JSONValue = [
            "apiVersion": "v1", "kind": "Secret",
            "metadata": ["name": .string(name), "namespace": "default"],
            "stringData": ["word": "open"],
        ]
        secret["metadata"]["labels"] = labels
        return secret
    }

    static func lease(_ name: String, _ spec: JSONValue) -> JSONValue {
        [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": ["name": .string(name), "namespace": "default"], "spec": spec,
        ]
    }
}

/// The path of the Ingress of that name.
func ingressPath(_ name: String) -> String {
    Resource.ingresses.path(namespace: "default", name: name)
}
