package import Routing
package import Telemetry

/// How workers run.
package struct WorkerSettings: Sendable {
    /// Threads; at least 1.
    package var workers: Int
    package init(workers: Int) { self.workers = workers }
}
