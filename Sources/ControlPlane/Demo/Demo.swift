internal import Foundation
internal import Logging
internal import Synchronization

/// A gateway on loopback with upstreams of its own and a little traffic, to show a split at work.
package struct Demo: Sendable {
    private let time: Duration?
    private let isTerminal: Bool
    private let usesUsualPorts: Bool
    private let write: @Sendable (String) -> Void

    private static let upstreams = [
        DemoUpstream(revision: DemoManifests.revisions[0], latency: 4...9, failures: 0),
        DemoUpstream(revision: DemoManifests.revisions[1], latency: 3...7, failures: 0),
        DemoUpstream(revision: DemoManifests.revisions[2], latency: 6...20, failures: 0.05),
    ]

    /// A demo that ends after `time`, or when it is told to; `write` takes what it says.
    ///
    /// On a terminal its table is drawn in place. Its ports are 8080, 8443, 8081, 9090 and 9901 where
    /// these are free, unless the kernel is to choose them all.
    package init(
        time: Duration?, isTerminal: Bool, usesUsualPorts: Bool = true,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.time = time
        self.isTerminal = isTerminal
        self.usesUsualPorts = usesUsualPorts
        self.write = write
    }

    /// Runs to its end; whose process it is limits NIO's threads before.
    package func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let ports = try await startUpstreams(&group)
            let folder = try DemoManifests.write(ports: ports)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try await serve(folder)
            group.cancelAll()
            // Cancelled servers say so; that is how they end.
            while let ending = await group.nextResult() { _ = ending }
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
        var settings = await DemoPorts.choose(areUsual: usesUsualPorts) { write($0 + "\n") }
        settings.manifests = [folder]
        settings.workers = 1
        settings.drainDelay = .zero
        settings.drainTime = .seconds(2)
        settings.logLevel = .warning
        // The table is what is to be seen.
        settings.accessLog = .off
        let bound = Mutex<[String: ListenAddress]>([:])
        let (ready, readiness) = AsyncStream.makeStream(of: Void.self)
        let gateway = try Gateway(settings, logger: Gateway.logger(.warning)) { name, address in
            let count = bound.withLock { bound in
                bound[name] = address
                return bound.count
            }
            if count == 5 { readiness.yield() }
        }
        let show = DemoShow(
            gateway: gateway, folder: folder, time: time, isTerminal: isTerminal,
            write: write, ready: ready,
            ports: { bound.withLock { $0.mapValues { Int($0.port) } } })
        try await gateway.run(with: [show])
    }
}
