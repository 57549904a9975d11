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
