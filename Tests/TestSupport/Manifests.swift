import Foundation

/// The text of Knative objects, as a person would write them.
package enum Manifests {
    /// One entry of a Route's traffic.
    package struct Traffic: Sendable {
        package var revision: String?
        package var percent: Int?
        package var tag: String?

        package init(_ revision: String?, _ percent: Int?, tag: String? = nil) {
            self.revision = revision
            self.percent = percent
            self.tag = tag
        }
    }

    /// Several documents of one file.
    package static func file(_ documents: String...) -> String {
        documents.joined(separator: "---\n")
    }

    /// Several documents of one file.
    package static func file(_ documents: [String]) -> String {
        documents.joined(separator: "---\n")
    }

    /// A Revision whose destinations are ports of 127.0.0.1, which may speak h2c.
    package static func revision(
        _ name: String, ports: [UInt16], namespace: String = "default", owner: String? = nil,
        isH2C: Bool = false
    ) -> String {
        let addresses = ports.map { "127.0.0.1:\($0)" }.joined(separator: ",")
        let spoken = isH2C ? "    weir.dev/protocol: h2c\n" : ""
        let labels =
            owner.map {
                """
                  labels:
                    serving.knative.dev/configuration: \($0)
                    serving.knative.dev/service: \($0)

                """
            } ?? ""
        return """
            apiVersion: serving.knative.dev/v1
            kind: Revision
            metadata:
              name: \(name)
              namespace: \(namespace)
            \(labels)  annotations:
                weir.dev/addresses: "\(addresses)"
            \(spoken)spec:
              containers:
                - image: example.com/app

            """
    }

    /// A Route of those targets; `annotations` and `labels` as given.
    package static func route(
        _ name: String, _ traffic: [Traffic], namespace: String = "default",
        labels: [String: String] = [:], annotations: [String: String] = [:]
    ) -> String {
        """
        apiVersion: serving.knative.dev/v1
        kind: Route
        metadata:
          name: \(name)
          namespace: \(namespace)
        \(map("labels", labels))\(map("annotations", annotations))spec:
          traffic:
        \(list(traffic))
        """
    }

    /// A Service of those targets; a target without a revision is the latest one.
    package static func service(
        _ name: String, _ traffic: [Traffic], namespace: String = "default",
        labels: [String: String] = [:]
    ) -> String {
        """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata:
          name: \(name)
          namespace: \(namespace)
        \(map("labels", labels))spec:
          template:
            spec:
              containers:
                - image: example.com/app
          traffic:
        \(list(traffic))
        """
    }

    /// A Route with all its traffic on one revision with those ports: host `NAME.default.example.com`.
    package static func simple(_ name: String, ports: [UInt16], isH2C: Bool = false) -> String {
        file(
            revision("\(name)-00001", ports: ports, isH2C: isH2C),
            route(name, [Traffic("\(name)-00001", 100)]))
    }

    /// An Ingress that leads public hosts, every path, to one revision.
    package static func ingress(_ name: String, hosts: [String], to revision: String) -> String {
        """
        apiVersion: networking.internal.knative.dev/v1alpha1
        kind: Ingress
        metadata:
          name: \(name)
          namespace: default
          annotations:
            networking.knative.dev/ingress.class: weir.ingress.networking.knative.dev
        spec:
          rules:
            - hosts: [\(hosts.joined(separator: ", "))]
              visibility: ExternalIP
              http:
                paths:
                  - splits:
                      - serviceNamespace: default
                        serviceName: \(revision)
                        servicePort: 80
                        percent: 100

        """
    }

    /// A Secret with that content.
    package static func secret(
        _ name: String, namespace: String = "default", type: String = "Opaque",
        _ data: [String: String]
    ) -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata:
          name: \(name)
          namespace: \(namespace)
        type: \(type)
        data:
        \(data.sorted { $0.key < $1.key }
            .map { "  \($0.key): \(Data($0.value.utf8).base64EncodedString())\n" }.joined())
        """
    }

    /// A DomainMapping of a host to the Route or Service with that name.
    package static func mapping(_ host: String, to name: String, kind: String = "Route") -> String {
        """
        apiVersion: serving.knative.dev/v1beta1
        kind: DomainMapping
        metadata:
          name: \(host)
          namespace: default
        spec:
          ref:
            apiVersion: serving.knative.dev/v1
            kind: \(kind)
            name: \(name)

        """
    }

    /// A ConfigMap of knative-serving, such as config-features.
    package static func configMap(_ name: String, _ data: [String: String]) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: \(name)
          namespace: knative-serving
        data:
        \(data.sorted { $0.key < $1.key }.map { "  \($0.key): \"\($0.value)\"\n" }.joined())
        """
    }

    private static func map(_ key: String, _ values: [String: String]) -> String {
        guard !values.isEmpty else { return "" }
        let lines = values.sorted { $0.key < $1.key }.map { "    \($0.key): \"\($0.value)\"\n" }
        return "  \(key):\n" + lines.joined()
    }

    private static func list(_ traffic: [Traffic]) -> String {
        traffic.map { target in
            var lines = [target.revision.map { "revisionName: \($0)" } ?? "latestRevision: true"]
            if let percent = target.percent { lines.append("percent: \(percent)") }
            if let tag = target.tag { lines.append("tag: \(tag)") }
            return "    - " + lines.joined(separator: "\n      ") + "\n"
        }.joined()
    }
}
