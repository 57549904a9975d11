package import DataPlane
internal import Foundation
package import Logging
internal import ServiceLifecycle
package import UnixSignals

/// The gateway's end: by signal, by `POST /drain`, or by its owner.
///
/// The first wish drains, a second signal cuts. While this service runs, the pages answer and the
/// table follows the manifests; when it returns, the rest of the group is told to end, and what is
/// in the way of that is ended by one more signal.
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
                    await followSignals()
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
        Self.untrapSignals()
    }

    /// The drain may have begun by other means: only a signal's successor cuts.
    private func followSignals() async {
        var isSecond = false
        for await signal in signals {
            if signal == .sighup {
                await onReload()
            } else if isSecond {
                logger.notice("cut by a second signal")
                workers.cut()
                Self.untrapSignals()
            } else {
                isSecond = true
                beginDrain()
            }
        }
    }

    /// Leaves the next signal to the kernel, which ends the process.
    private static func untrapSignals() {
        for number in [SIGTERM, SIGINT] { signal(number, SIG_DFL) }
    }
}
