import ControlPlane
import Logging
import Synchronization

/// Manifests for tests: a Service `hello` whose revisions get these percents.
enum Sample {
    static func service(_ percents: [Int], tag: String? = nil) -> String {
        var text = """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: {name: hello, namespace: default}
            spec:
              template: {spec: {containers: [{image: registry.example/hello}]}}
              traffic:

            """
        for (index, percent) in percents.enumerated() {
            text += "  - {revisionName: hello-\(index + 1), percent: \(percent)}\n"
        }
        if let tag { text += "  - {revisionName: hello-1, percent: 0, tag: \(tag)}\n" }
        return text
    }

    /// The newest ready revision gets everything, within so many seconds.
    static func rolling(seconds: Int) -> String {
        """
        apiVersion: serving.knative.dev/v1
        kind: Service
        metadata:
          name: hello
          namespace: default
          annotations: {serving.knative.dev/rollout-duration: "\(seconds)s"}
        spec:
          template: {spec: {containers: [{image: registry.example/hello}]}}
          traffic: [{latestRevision: true, percent: 100}]

        """
    }

    /// An Ingress to a Service that is another name.
    static func external(_ name: String) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata: {name: legacy, namespace: default}
        spec: {type: ExternalName, externalName: \(name), ports: [{port: 80, name: http}]}
        ---
        apiVersion: networking.internal.knative.dev/v1alpha1
        kind: Ingress
        metadata: {name: legacy, namespace: default}
        spec:
          rules:
          - hosts: [legacy.example.com]
            visibility: ExternalIP
            http:
              paths:
              - splits:
                - {serviceNamespace: default, serviceName: legacy, servicePort: 80, percent: 100}

        """
    }

    static func secret(chain: [UInt8], key: [UInt8]) -> String {
        func block(_ bytes: [UInt8]) -> String {
            String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { "    \($0)\n" }
                .joined()
        }
        return """
            apiVersion: v1
            kind: Secret
            type: kubernetes.io/tls
            metadata: {name: cert, namespace: default}
            stringData:
              tls.crt: |
            \(block(chain))  tls.key: |
            \(block(key))
            """
    }

    /// A ConfigMap that vouches for upstreams.
    static func trust(_ bundle: [UInt8]) -> String {
        let block = String(decoding: bundle, as: UTF8.self).split(separator: "\n")
            .map { "    \($0)\n" }.joined()
        return """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: trust
              namespace: knative-serving
              labels: {networking.knative.dev/trust-bundle: "true"}
            data:
              ca.pem: |
            \(block)
            """
    }

    /// Has every revision asked over TLS.
    static let internalTLS = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: config-network, namespace: knative-serving}
        data: {system-internal-tls: enabled}

        """

    static func revision(_ number: Int) -> String {
        """
        apiVersion: serving.knative.dev/v1
        kind: Revision
        metadata:
          name: hello-\(number)
          namespace: default
          labels: {serving.knative.dev/configuration: hello, serving.knative.dev/service: hello}
          annotations: {weir.dev/addresses: "127.0.0.1:\(9000 + number)"}

        """
    }
}

/// Keeps the lines that are logged.
final class LogLines: Sendable {
    private let shared = Mutex<[String]>([])

    var lines: [String] { shared.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.notice

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.shared.withLock { $0.append("\(event.level): \(event.message)") }
        }
    }
}
