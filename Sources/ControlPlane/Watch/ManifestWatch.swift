internal import Foundation
internal import Reactor
internal import Synchronization

/// Follows folders and files of manifests on a thread of its own.
///
/// The first changes are everything there is. A single change is told at once; what comes within
/// two milliseconds of one another is told together.
package final class ManifestWatch: Sendable {
    /// Why a path cannot be watched, for people.
    package struct Refusal: Error, Hashable, CustomStringConvertible {
        package var description: String

        private init(_ description: String) { self.description = description }

        /// There is nothing at the path.
        package static func absent(_ path: String) -> Refusal {
            Refusal("\(path): no such file or folder, an existing one would be right")
        }

        static func forbidden(_ path: String) -> Refusal {
            Refusal("\(path): \(DirectoryEvents.Refusal.forbidden)")
        }

        static func unwatched(_ why: DirectoryEvents.Refusal) -> Refusal {
            Refusal("manifests: \(why)")
        }
    }

    /// How long it must be quiet before changes are told, and how long that may take at most.
    private static let quiet: CInt = 2
    private static let patience: Duration = .milliseconds(20)

    /// Says that there is something to take.
    package let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let shared = Mutex(Shared())
    /// Until the thread takes it.
    private let tree: Mutex<ManifestTree?>
    /// Ends the thread's wait.
    private let wake: @Sendable () -> Void

    private struct Shared {
        var changes = ManifestChanges()
        var isReloadWanted = false
        var isStopped = false
    }

    /// Begins to watch; each path must exist and be readable.
    package init(_ roots: [String]) throws(Refusal) {
        (signals, signal) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        for root in roots { try Self.check(root) }
        let trimmed = roots.map { $0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        do throws(DirectoryEvents.Refusal) {
            let tree = try ManifestTree(roots: trimmed)
            wake = tree.wake
            self.tree = Mutex(tree)
        } catch {
            throw .unwatched(error)
        }
        Thread.detachNewThread { [self] in run() }
    }

    private static func check(_ root: String) throws(Refusal) {
        let files = FileManager.default
        let resolved = URL(fileURLWithPath: root).resolvingSymlinksInPath()
        guard files.fileExists(atPath: root) else {
            do {
                _ = try files.attributesOfItem(atPath: resolved.path)
            } catch CocoaError.fileReadNoPermission {
                throw .forbidden(root)
            } catch {}
            throw .absent(root)
        }
        let isFolder = (try? resolved.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory
        guard files.isReadableFile(atPath: root),
            isFolder != true || files.isExecutableFile(atPath: root)
        else { throw .forbidden(root) }
    }

    /// Takes what happened since the last call.
    package func takeChanges() -> ManifestChanges {
        shared.withLock { shared in
            let taken = shared.changes
            shared.changes = ManifestChanges()
            return taken
        }
    }

    /// Has who waits for signals take a turn, though no manifest changed; any thread.
    package func nudge() { signal.yield() }

    /// Has everything read again.
    package func reload() {
        shared.withLock { $0.isReloadWanted = true }
        wake()
    }

    /// Ends the thread and the signals.
    package func stop() {
        shared.withLock { $0.isStopped = true }
        wake()
        signal.finish()
    }

    // MARK: The thread

    private func run() {
        Thread.current.name = "weir-watch"
        let clock = ContinuousClock()
        guard var tree = tree.withLock({ $0.take() }) else { return }
        tree.scan(now: clock.now)
        tell(tree.takeChanges())
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
