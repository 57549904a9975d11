internal import DataPlane
internal import ServiceLifecycle

/// Shows the demo's table: redrawn in place on a terminal, every few seconds as lines otherwise.
///
/// Ends after `time`, where one is given, and with it the demo.
struct DemoView: Service {
    let workers: WorkerGroup
    let board: StatusBoard
    let time: Duration?
    let isTerminal: Bool
    let write: @Sendable (String) -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in await show() }
    }

    private func show() async {
        let clock = ContinuousClock()
        let end = time.map { clock.now + $0 }
        let step: Duration = isTerminal ? .seconds(1) : .seconds(3)
        var figures = DemoFigures()
        _ = figures.lines(board.report, workers.reading(), now: clock.now)
        var height = 0
        while !board.isDraining {
            let next = min(clock.now + step, end ?? clock.now + step)
            do { try await clock.sleep(until: next) } catch { return }
            let lines = figures.lines(board.report, workers.reading(), now: clock.now)
            write(frame(lines, over: height))
            height = lines.count + 1
            if let end, clock.now >= end { return }
        }
    }

    /// The lines, over the last ones on a terminal.
    private func frame(_ lines: [String], over height: Int) -> String {
        let up = isTerminal && height > 0 ? "\u{1B}[\(height)A" : ""
        let clear = isTerminal ? "\u{1B}[K" : ""
        return up + (lines + [""]).map { $0 + clear + "\n" }.joined()
            + (isTerminal ? "\u{1B}[J" : "")
    }
}
