internal import Foundation
internal import Synchronization

/// Follows folders and files of manifests on a thread of its own.
///
/// The first changes are everything there is. A single change is told at once; what comes within
/// two milliseconds of one another is told together.
package final class ManifestWatch: Sendable {
    /// Why a path cannot be watched, for people.
    package struct Refusal: Error, Hashable, CustomStringConvertible {
        package var path: String

        package init(path: String) { self.path = path }

        package var description: String {
            "\(path): no such file or folder, an existing one would be right"
        }
    }

    /// How long it must be quiet before changes are told, and how long that may take at most.
    private static let quiet: CInt = 2
    private static let patience: Duration = .milliseconds(20)

    /// Says that there is something to take.
    package let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let shared = Mutex(Shared())

    private struct Shared {
        var changes = ManifestChanges()
        var isReloadWanted = false
        var isStopped = false
        /// Ends the thread's wait; nil until it runs.
        var wake: (@Sendable () -> Void)?
    }

    /// Begins to watch; each path must exist.
    package init(_ roots: [String]) throws(Refusal) {
        (signals, signal) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        for root in roots where !FileManager.default.fileExists(atPath: root) {
            throw Refusal(path: root)
        }
        let trimmed = roots.map { $0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        Thread.detachNewThread { [self] in run(trimmed) }
    }

    /// Takes what happened since the last call.
    package func takeChanges() -> ManifestChanges {
        shared.withLock { shared in
            let taken = shared.changes
            shared.changes = ManifestChanges()
            return taken
        }
    }

    /// Has everything read again.
    package func reload() {
        wake { $0.isReloadWanted = true }
    }

    /// Ends the thread and the signals.
    package func stop() {
        wake { $0.isStopped = true }
        signal.finish()
    }

    /// Tells the thread something and ends its wait.
    private func wake(_ change: (inout Shared) -> Void) {
        let wake = shared.withLock { shared in
            change(&shared)
            return shared.wake
        }
        wake?()
    }

    // MARK: The thread

    private func run(_ roots: [String]) {
        Thread.current.name = "weir-watch"
        let clock = ContinuousClock()
        var tree: ManifestTree
        do {
            tree = try ManifestTree(roots: roots)
        } catch {
            var changes = ManifestChanges()
            changes.problems = ["manifests are not watched: \(error)"]
            return tell(changes)
        }
        let wake = tree.wake
        shared.withLock { $0.wake = wake }
        tree.rescan(now: clock.now)
        tell(tree.takeChanges())
        // What was wanted before there was something to wake.
        wake()
        while true {
            tree.wait(now: clock.now)
            gather(&tree, clock)
            // After the last wait, which may have used up the wake-up that these belong to.
            let (isStopped, isReload) = shared.withLock { shared in
                defer { shared.isReloadWanted = false }
                return (shared.isStopped, shared.isReloadWanted)
            }
            if isStopped { return }
            if isReload { tree.rescan(now: clock.now) }
            tree.settle(now: clock.now)
            var changes = tree.takeChanges()
            changes.isReload = isReload
            if !changes.isEmpty { tell(changes) }
        }
    }

    /// Takes events until it is quiet or patience ends.
    private func gather(_ tree: inout ManifestTree, _ clock: ContinuousClock) {
        let end = clock.now + Self.patience
        while tree.takeEvents(now: clock.now), clock.now < end {
            tree.pause(milliseconds: Self.quiet)
        }
    }

    private func tell(_ changes: ManifestChanges) {
        shared.withLock { $0.changes.merge(changes) }
        signal.yield()
    }
}
