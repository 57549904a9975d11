internal import Synchronization

/// What the control plane knows now, for the status and admin pages; any thread.
package final class StatusBoard: Sendable {
    private struct State {
        var report = TableReport()
        var isDraining = false
        var heldBack: String?
        var refusal: String?
    }

    private let shared = Mutex(State())

    package init() {}

    /// The newest report.
    package var report: TableReport {
        get { shared.withLock { $0.report } }
        set { shared.withLock { $0.report = newValue } }
    }

    /// Why the gateway is not to be called ready though it serves; nil when nothing keeps it.
    package var heldBack: String? { shared.withLock { $0.heldBack } }

    /// How long a worker may take for a snapshot before the gateway is not to be called ready.
    private static let serveTimeMax: Duration = .seconds(30)

    /// Why the gateway is not to be called ready: a worker has not taken the newest snapshot for
    /// long, so that it answers by an old one; nil where all is well.
    ///
    /// `served` is the version that every worker serves.
    package func lag(served: UInt64, at now: ContinuousClock.Instant) -> String? {
        let (version, since) = shared.withLock { ($0.report.version, $0.report.publishedAt) }
        guard served < version, let since, now - since >= Self.serveTimeMax else { return nil }
        return "a worker has not taken the table for \(Self.serveTimeMax.components.seconds) s"
    }

    /// Whether something keeps it from being called ready.
    package var isHeldBack: Bool { heldBack != nil }

    /// Keeps it from being called ready.
    package func holdBack(_ reason: String) { shared.withLock { $0.heldBack = reason } }

    /// Lets it be called ready.
    package func letGo() { shared.withLock { $0.heldBack = nil } }

    /// What is asked for that this gateway cannot do, and that it must not serve without; nil for
    /// nothing.
    package var refusal: String? { shared.withLock { $0.refusal } }

    /// Says what that is.
    package func refuse(_ reason: String?) { shared.withLock { $0.refusal = reason } }

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
