package import Logging
internal import Reactor
internal import Synchronization
package import Telemetry

/// Writes what the workers' rings hold, on a thread of its own, which may wait; they never do.
package final class AccessLogWriter: Sendable {
    /// What the lines are made from, asked for when it may have changed.
    package struct Sources: Sendable {
        /// One ring for each worker.
        package var rings: [AccessRing]
        /// What the series' numbers stand for now, with the version of the table.
        package var report: @Sendable () -> TableReport
        /// Names of the listeners, in the order of their numbers.
        package var listeners: @Sendable () -> [String]

        package init(
            rings: [AccessRing], report: @escaping @Sendable () -> TableReport,
            listeners: @escaping @Sendable () -> [String]
        ) {
            self.rings = rings
            self.report = report
            self.listeners = listeners
        }
    }

    /// How long the thread sleeps after it wrote lines, and after it found none; nanoseconds.
    private static let pauses: (busy: UInt64, idle: UInt64) = (20_000_000, 50_000_000)
    /// How long the end may wait for the last lines.
    private static let patience: Duration = .seconds(1)

    private enum Command { case reopen, stop }

    private let form: AccessForm
    private let path: String?
    private let sources: Sources
    private let logger: Logger
    private let mailbox = Mailbox<Command>()
    private let lostCount = Atomic<UInt64>(0)
    private let isOver = Atomic<Bool>(false)
    /// Until the thread takes it.
    private let opened: Mutex<LogFile?>

    /// Opens the file, or standard output where there is no path; nothing is written yet.
    package init(
        _ form: AccessForm, path: String?, sources: Sources, logger: Logger
    ) throws(GatewayFault) {
        self.form = form
        self.path = path
        self.sources = sources
        self.logger = logger
        do throws(LogFile.Refusal) {
            opened = Mutex(try path.map { path throws(LogFile.Refusal) in try LogFile(path: path) })
        } catch {
            throw GatewayFault(
                "access-log-file: \(path ?? ""): \(error), a file that can be written "
                    + "would be right")
        }
    }

    /// Lines that could not be written; those that found no room in a ring are not among them.
    package var lost: UInt64 { lostCount.load(ordering: .relaxed) }

    /// Starts the thread.
    package func start() {
        let isStarted = Reactor.Thread.start(named: "weir-log") { [self] in run() }
        precondition(isStarted, "the system refuses a thread")
    }

    /// Has the file opened again, after it was moved away.
    package func reopen() { mailbox.post(.reopen) }

    /// Ends the thread once it has written what there is; returns when it has, or after a second.
    package func stop() async {
        mailbox.post(.stop)
        let deadline = ContinuousClock.now + Self.patience
        while !isOver.load(ordering: .acquiring), ContinuousClock.now < deadline {
            do { try await Task.sleep(for: .milliseconds(2)) } catch { return }
        }
    }

    // MARK: The thread

    private func run() {
        defer { isOver.store(true, ordering: .releasing) }
        var block = AccessBlock(form)
        var output = AccessOutput(opened.withLock { $0.take() } ?? .standardOutput, logger)
        var isStopping = false
        while true {
            let commands = mailbox.takeAll()
            let isBusy = block.fill(from: sources)
            if isBusy { lostCount.add(output.write(block), ordering: .relaxed) }
            // What came before the file was moved away belongs to it, as far as one block holds.
            if commands.contains(.reopen), let path { output.reopen(path) }
            if commands.contains(.stop) { isStopping = true }
            // A full block may have left lines behind; they come next, after the commands.
            if isBusy, block.isFull { continue }
            if isStopping { return }
            mailbox.wakeup.wait(upTo: isBusy ? Self.pauses.busy : Self.pauses.idle)
        }
    }
}
