package import DataPlane
package import Logging
internal import ServiceLifecycle
package import UnixSignals

/// The gateway's end: by signal, by `POST /drain`, or by its owner.
///
/// The first wish drains, the second cuts. While this service runs, the pages answer and the
/// table follows the manifests; when it returns, the rest of the group is told to end.
package final class Lifetime: Service {
    private let workers: WorkerGroup
    private let board: StatusBoard
    private let plan: DrainPlan
    private let logger: Logger
    private let signals: UnixSignalsSequence
    private let onReload: @Sendable () async -> Void
    private let drains: AsyncStream<Void>
    private let drain: AsyncStream<Void>.Continuation

    /// The signals that it listens to, trapped from now on: before anybody can see the process
    /// serve, so that no signal ends it the hard way.
    package static func trapSignals() async -> UnixSignalsSequence {
        await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    }

    package init(
        workers: WorkerGroup, board: StatusBoard, plan: DrainPlan, signals: UnixSignalsSequence,
        logger: Logger, onReload: @escaping @Sendable () async -> Void
    ) {
        self.workers = workers
        self.board = board
        self.plan = plan
        self.signals = signals
        self.logger = logger
        self.onReload = onReload
        (drains, drain) = AsyncStream.makeStream(of: Void.self)
    }

    /// Begins the drain, or does nothing when it has begun.
    package func beginDrain() {
        guard board.beginDrain() else { return }
        logger.notice("draining, \(workers.openConnections) connections are open")
        workers.drain(plan)
        drain.yield()
        drain.finish()
    }

    /// Waits for the wish to end, then for the workers.
    package func run() async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask { [self] in
                    for await signal in signals { await take(signal) }
                    return false
                }
                group.addTask { [self] in
                    for await _ in drains { break }
                    while !workers.isStopped { try await Task.sleep(for: .milliseconds(10)) }
                    return true
                }
                while let isOver = try await group.next(), !isOver {}
                group.cancelAll()
            }
        } onGracefulShutdown: { [self] in
            beginDrain()
        }
        logger.notice("ended")
    }

    private func take(_ signal: UnixSignal) async {
        if signal == .sighup { return await onReload() }
        if board.isDraining {
            logger.notice("cut by a second signal")
            workers.cut()
        } else {
            beginDrain()
        }
    }
}
