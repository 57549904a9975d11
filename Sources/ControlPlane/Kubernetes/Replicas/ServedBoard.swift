package import Manifests
internal import Synchronization

/// What this replica serves now; the reconciler writes it, any thread reads it.
package final class ServedBoard: Sendable {
    /// What every worker serves.
    package struct Served: Sendable {
        /// The latest of what objects were seen as.
        package var seen: ClusterVersions
        /// How far the watches are: at least `seen`, and further where nothing happened since.
        package var reached: ClusterVersions
        package var compilation: Compilation
        /// Why the table did not take a route, by the route's key.
        package var refusals: [String: String] = [:]
        /// Counts what was served.
        package fileprivate(set) var sequence: UInt64 = 0

        package init(
            seen: ClusterVersions, reached: ClusterVersions, _ compilation: Compilation
        ) {
            self.seen = seen
            self.reached = reached
            self.compilation = compilation
        }
    }

    private struct State {
        var served: Served?
        var keptSince: ContinuousClock.Instant?
        var ears: [AsyncStream<Void>.Continuation] = []
    }

    private let shared = Mutex(State())

    package init() {}

    /// Nil before the first full snapshot.
    package var served: Served? { shared.withLock { $0.served } }

    /// Since when what was kept is served, because the cluster does not answer; nil where nothing is.
    package var keptSince: ContinuousClock.Instant? { shared.withLock { $0.keptSince } }

    /// Says that it is.
    package func setKept() { shared.withLock { $0.keptSince = .now } }

    /// Says that every worker serves this.
    package func set(_ served: Served) {
        let ears = shared.withLock { shared in
            let sequence = shared.served?.sequence ?? 0
            shared.served = served
            shared.served?.sequence = sequence + 1
            return shared.ears
        }
        for ear in ears { ear.yield() }
    }

    /// Hears each time that something else is served; several changes may be told as one.
    package func changes() -> AsyncStream<Void> {
        let (stream, ear) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        shared.withLock { $0.ears.append(ear) }
        return stream
    }
}
