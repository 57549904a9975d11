package import Logging
package import Manifests
internal import Routing
internal import ServiceLifecycle

/// Makes the table follow the manifests: reads what changed, compiles, publishes, reports.
///
/// It alone holds the manifests and the table's builder. One change is brought to its end, served
/// by all workers, before the next is taken; what happens meanwhile is taken together.
package actor Reconciler: Service {
    /// LIMIT: bytes of a manifest.
    package static let fileSizeMax = 8 << 20
    /// How long workers may take to serve a snapshot before that is said.
    private static let serveTimeMax: Duration = .seconds(5)

    private let watch: ManifestWatch
    private let publisher: TablePublisher
    private let board: StatusBoard
    private let logger: Logger
    private let clock = ContinuousClock()

    private var store: ManifestStore
    private let builder = TableBuilder()
    /// What was read last, by file, so that a file that only looks changed costs nothing.
    private var digests: [String: Int] = [:]
    private var unreadable: [String: ObjectFault] = [:]
    /// Lines that were said and still hold; each is said once.
    private var said: Set<String> = []
    private var report = TableReport()

    package init(
        watch: ManifestWatch, options: ManifestOptions, publisher: TablePublisher,
        board: StatusBoard, logger: Logger
    ) {
        self.watch = watch
        self.publisher = publisher
        self.board = board
        self.logger = logger
        store = ManifestStore(options: options)
    }

    /// Applies the first changes, which are everything there is, and returns when it is served.
    package func load() async {
        for await _ in watch.signals { break }
        await apply(watch.takeChanges())
    }

    /// Applies changes until the watch is stopped or the service is told to end.
    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            for await _ in watch.signals { await apply(watch.takeChanges()) }
        }
        watch.stop()
    }

    // MARK: One change

    private func apply(_ changes: ManifestChanges) async {
        let began = clock.now
        for problem in changes.problems { logger.warning("\(problem)") }
        take(changes)
        let compilation = store.compile()
        let isSame =
            compilation.routes == report.routes
            && Set(compilation.destinations) == Set(report.destinations)
        report.compilation = compilation
        report.unreadable = unreadable.values.sorted { $0.file < $1.file }
        if !isSame || report.version == 0 { await publish(began: began) }
        board.report = report
        say()
        if changes.isReload { logger.notice("reloaded, table version \(report.version)") }
    }

    private func take(_ changes: ManifestChanges) {
        if changes.isReload { digests = [:] }
        for path in changes.vanished {
            digests[path] = nil
            unreadable[path] = nil
            store.remove(file: path)
        }
        for path in changes.written.sorted() { read(path) }
    }

    /// Reads a file into the store; one that cannot be read keeps its last good objects.
    private func read(_ path: String) {
        let text: String
        do throws(SmallFile.Refusal) {
            text = try SmallFile.text(path, sizeMax: Self.fileSizeMax)
        } catch {
            // It was there a moment ago; if it is gone for good, the watch will say so.
            if error == .absent { return }
            let right = "UTF-8 text of up to \(Self.fileSizeMax >> 20) MiB would be right"
            unreadable[path] = ObjectFault(
                file: path, line: 1, kind: "", namespace: "", name: "", field: "",
                wrong: error.text, right: right)
            return
        }
        unreadable[path] = nil
        let digest = text.hashValue
        if digests.updateValue(digest, forKey: path) != digest {
            store.load(file: path, text: text)
        }
    }

    private func publish(began: ContinuousClock.Instant) async {
        let snapshot = builder.update(
            routes: report.routes, destinations: report.destinations)
        report.version = snapshot.version
        let catalog = builder.catalog
        report.series = catalog.series
        report.splits = catalog.splits
        report.conflicts = builder.conflicts
        report.refusals = builder.refusals
        report.routeCount = builder.routeCount
        // Before the workers: a page must know every series that they may count.
        board.report = report
        publisher.publish(snapshot)
        await waitUntilServed(snapshot.version)
        builder.reclaim(served: publisher.servedVersion())
        report.applySeconds = (clock.now - began) / .seconds(1)
        logger.debug("table version \(snapshot.version) served after \(report.applySeconds) s")
    }

    private func waitUntilServed(_ version: UInt64) async {
        let deadline = clock.now + Self.serveTimeMax
        while publisher.servedVersion() < version {
            guard clock.now < deadline else {
                return logger.error("table version \(version) is not served by every worker")
            }
            do { try await Task.sleep(for: .milliseconds(1)) } catch { return }
        }
    }

    // MARK: What is said

    /// Logs what is wrong now and was not said yet.
    private func say() {
        let errors = report.faults.map(\.description)
        // Those of routes are among the faults, with their places.
        let refusals = report.refusals.filter {
            report.compilation?.fault(ofRoute: $0.key, reason: $0.reason) == nil
        }.map { "\($0.key): not in the table: \($0.reason)" }
        let notices = (report.compilation?.notices ?? []).map(\.description)
        for line in errors + refusals where !said.contains(line) { logger.error("\(line)") }
        for line in notices where !said.contains(line) { logger.warning("\(line)") }
        said = Set(errors + refusals + notices)
    }
}
