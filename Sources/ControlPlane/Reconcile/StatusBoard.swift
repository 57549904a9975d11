internal import Synchronization

/// What the control plane knows now, for the status and admin pages; any thread.
package final class StatusBoard: Sendable {
    private let shared = Mutex((report: TableReport(), isDraining: false))

    package init() {}

    /// The newest report.
    package var report: TableReport {
        get { shared.withLock { $0.report } }
        set { shared.withLock { $0.report = newValue } }
    }

    /// True from the first wish to end on.
    package var isDraining: Bool { shared.withLock { $0.isDraining } }

    /// Notes the wish to end; true for the first one only.
    package func beginDrain() -> Bool {
        shared.withLock { shared in
            defer { shared.isDraining = true }
            return !shared.isDraining
        }
    }
}
