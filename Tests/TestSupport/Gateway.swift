import Foundation
import Synchronization

/// A running `weir serve` on ports of the kernel's choice, with a folder of manifests of its own.
package final class Gateway: Sendable {
    package let process: ChildProcess
    package let manifests: ManifestFolder
    /// The ports of its listeners: for clients outside and in the cluster, plain and with TLS.
    package let external: UInt16
    package let cluster: UInt16
    package let externalTLS: UInt16
    package let clusterTLS: UInt16
    package let status: UInt16
    package let admin: UInt16
    private let folder: ScratchFolder

    /// The path of the command: `WEIR_BINARY`, else `.build/release/weir` of this package.
    package static func binary() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        let path = environment["WEIR_BINARY"] ?? root + "/.build/release/weir"
        guard access(path, X_OK) == 0 else {
            throw TestFault("there is no \(path): run `make build` first, or set WEIR_BINARY")
        }
        return path
    }

    /// Starts it and waits until `/readyz` answers 200.
    ///
    /// `settings` are lines of YAML that come after the tests' own (one worker, no access log, a
    /// quick drain) and win over them; `files` are the manifests by file name; `descriptors` is the
    /// hard limit of open ones, from which its other limits follow; `wrapper` is a command that
    /// runs what follows it. With a kubeconfig it takes its
    /// objects from that cluster instead.
    package init(
        _ files: [String: String], settings: [String: String] = [:],
        arguments: [String] = [], isProjected: Bool = false, descriptors: Int? = nil,
        wrapper: [String] = [], kubeconfig: String? = nil, environment: [String: String] = [:]
    ) throws {
        folder = try ScratchFolder()
        manifests = try ManifestFolder(path: folder.path("manifests"))
        if isProjected {
            try manifests.project(files)
        } else {
            for (name, text) in files { try manifests.replace(name, with: text) }
        }
        let usual = [
            "workers": "1", "access-log": "off", "drain-delay": "0s", "drain-time": "2s",
        ]
        let lines = usual.merging(settings) { $1 }.map { "\($0.key): \($0.value)" }
        let listeners = [
            "external-http", "internal-http", "external-https", "internal-https", "status",
            "admin",
        ]
        let text = "listeners:\n" + listeners.map { "  \($0): 127.0.0.1:0\n" }.joined()
        try ManifestFolder(path: folder.path).replace(
            "weir.yaml", with: text + lines.sorted().joined(separator: "\n") + "\n")
        var source = ["--manifests", manifests.path]
        if let kubeconfig {
            try ManifestFolder(path: folder.path).replace("kubeconfig", with: kubeconfig)
            source = ["--kubernetes", "--kubeconfig", folder.path("kubeconfig")]
        }
        let limiting = descriptors.map { ["/usr/bin/prlimit", "--nofile=\($0):\($0)"] } ?? []
        process = try ChildProcess(
            limiting + wrapper + [Self.binary(), "serve", "--config", folder.path("weir.yaml")]
                + source
                + arguments, environment: environment)
        let ports = try Self.ports(of: listeners, saidBy: process)
        (external, cluster, externalTLS, clusterTLS) = (ports[0], ports[1], ports[2], ports[3])
        (status, admin) = (ports[4], ports[5])
        let patience = Duration.seconds(kubeconfig == nil ? 10 : 30)
        try eventually("/readyz answers 200\n\(process.stderr)", within: patience) {
            try checkThatItRuns()
            return (try? get("/readyz", port: status))?.status == 200
        }
    }

    private static func ports(of names: [String], saidBy process: ChildProcess) throws -> [UInt16] {
        do {
            return try eventually("the listeners are printed", within: .seconds(10)) {
                let lines = process.stdout.split(separator: "\n")
                let ports = names.compactMap { name in
                    lines.first { $0.hasPrefix("listening \(name) ") }?
                        .split(separator: ":").last.flatMap { UInt16($0) }
                }
                if ports.count == names.count { return ports }
                if let ending = process.ended { throw TestFault("weir ended: \(ending)") }
                return nil
            }
        } catch {
            throw TestFault("\(error)\nstdout: \(process.stdout)\nstderr: \(process.stderr)")
        }
    }

    private func checkThatItRuns() throws {
        if let ending = process.ended {
            throw TestFault("weir ended: \(ending)\n\(process.stdout)\n\(process.stderr)")
        }
    }

    /// Asks one of the control plane's ports.
    package func get(
        _ path: String, port: UInt16, accept: String = "*/*"
    ) throws -> Message {
        try RawClient.ask(
            port: port,
            head(
                "GET \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Accept: \(accept)",
                "Connection: close"))
    }

    /// The text of `/routes`.
    package func routes() throws -> String { try get("/routes", port: admin).bodyText }

    /// The numbers of `/metrics`, read strictly as OpenMetrics.
    package func metrics() throws -> Metrics {
        let answer = try get(
            "/metrics", port: status, accept: "application/openmetrics-text; version=1.0.0")
        return try Metrics(openMetrics: answer.bodyText)
    }

    /// The version that every worker serves.
    package func tableVersion() throws -> Int {
        // Asked often: only the one line is read.
        let text = try get("/metrics", port: status).bodyText
        guard let name = text.range(of: "\nweir_table_version "),
            let value = Double(text[name.upperBound...].prefix { $0 != "\n" })
        else { throw TestFault("no weir_table_version in /metrics") }
        return Int(value)
    }

    /// Waits until a version after `version` is served by every worker.
    @discardableResult
    package func waitForTable(after version: Int, within limit: Duration = .seconds(5)) throws
        -> Int
    {
        try eventually("the table is newer than \(version)", within: limit) {
            let now = try tableVersion()
            return now > version ? now : nil
        }
    }

    /// Replaces a manifest and waits until every worker serves the change.
    @discardableResult
    package func apply(_ name: String, _ text: String) throws -> Int {
        let before = try tableVersion()
        try manifests.replace(name, with: text)
        return try waitForTable(after: before)
    }

    /// Waits until a counter or gauge, summed over the series with these labels, is as expected.
    package func waitForMetric(
        _ name: String, _ labels: [String: String] = [:], within limit: Duration = .seconds(5),
        _ isExpected: (Double) -> Bool
    ) throws {
        var last = 0.0
        do {
            try eventually(name, within: limit) {
                last = try metrics().sum(name, labels)
                return isExpected(last)
            }
        } catch {
            throw TestFault("\(error); \(name)\(labels) is \(last)")
        }
    }

    /// How many requests and connections were refused for that reason.
    package func rejections(_ reason: String) throws -> Double {
        try metrics().sum("weir_rejected_requests_total", ["reason": reason])
    }

    /// Waits until so many were.
    package func waitForRejections(_ reason: String, _ count: Double) throws {
        try waitForMetric("weir_rejected_requests_total", ["reason": reason]) { $0 == count }
    }

    /// Stops it and gives how it ended; a gateway that had died before says so.
    @discardableResult
    package func stop() -> ChildProcess.Ending {
        if let died = process.ended { return died }
        return process.stop(within: .seconds(6))
    }

    deinit {
        _ = stop()
        folder.remove()
    }
}
