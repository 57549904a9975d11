import ArgumentParser
import ControlPlane
import Foundation
import Logging
import Synchronization

/// Runs a gateway with its own upstreams and a little traffic, and shows the split at work.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Show a split at work, with upstreams of its own.",
        discussion: """
            Serves a Service with three revisions (90 %, 10 %, and a candidate that only its tag
            reaches) on loopback, sends it a little traffic, and shows what each revision gets.
            Ctrl-C ends it.

            EXAMPLES
              weir demo
              weir demo --for 10
            """)

    @Option(
        name: .customLong("for"), help: ArgumentHelp("End after this time.", valueName: "seconds"))
    var seconds: Double?

    private static let upstreams = [
        DemoUpstream(revision: DemoManifests.revisions[0], latency: 4...9, failures: 0),
        DemoUpstream(revision: DemoManifests.revisions[1], latency: 3...7, failures: 0),
        DemoUpstream(revision: DemoManifests.revisions[2], latency: 6...20, failures: 0.05),
    ]

    func validate() throws {
        if let seconds, !(seconds > 0 && seconds <= 86400) {
            throw ValidationError("--for wants seconds, more than 0 and up to a day.")
        }
    }

    func run() async throws {
        Gateway.limitThreads()
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                let ports = try await startUpstreams(&group)
                let folder = try DemoManifests.write(ports: ports)
                defer { try? FileManager.default.removeItem(atPath: folder) }
                try await serve(folder)
                group.cancelAll()
                // Cancelled servers say so; that is how they end.
                while let ending = await group.nextResult() { _ = ending }
            }
        } catch {
            Output.complain("\(error)")
            throw CouldNotRun.code
        }
    }

    /// Starts the upstreams in the group and gives their ports, in order.
    private func startUpstreams(
        _ group: inout ThrowingTaskGroup<Void, any Error>
    ) async throws -> [Int] {
        var ports: [Int] = []
        for upstream in Self.upstreams {
            let (bound, continuation) = AsyncStream.makeStream(of: Int.self)
            group.addTask {
                defer { continuation.finish() }
                try await upstream.run { continuation.yield($0) }
            }
            guard let port = await bound.first(where: { _ in true }) else {
                throw GatewayFault("the upstream \(upstream.revision) cannot be started")
            }
            ports.append(port)
        }
        return ports
    }

    /// Runs the gateway over the folder, with traffic and the table.
    private func serve(_ folder: String) async throws {
        var settings = await DemoPorts.choose { Output.line($0) }
        settings.manifests = [folder]
        settings.workers = 1
        settings.drainDelay = .zero
        settings.drainTime = .seconds(2)
        settings.logLevel = .warning
        let bound = Mutex<[String: ListenAddress]>([:])
        let (ready, readiness) = AsyncStream.makeStream(of: Void.self)
        let gateway = try Gateway(settings, logger: Gateway.logger(.warning)) { name, address in
            let count = bound.withLock { bound in
                bound[name] = address
                return bound.count
            }
            if count == 4 { readiness.yield() }
        }
        let time = seconds.map { Duration.seconds($0) }
        let show = DemoShow(
            gateway: gateway, folder: folder, time: time, ready: ready,
            ports: { bound.withLock { $0.mapValues { Int($0.port) } } })
        try await gateway.run(with: [show])
    }
}
