internal import Reactor
internal import Synchronization

/// What the reconciler has to look at, from whatever thread it comes.
final class ReconcileInbox: Sendable {
    /// Says that there is something; several at once are one.
    let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let news = Mutex<[NameNews]>([])

    init() {
        (signals, signal) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Manifests changed, or a rollout's step is due.
    func wake() { signal.yield() }

    /// A name's addresses changed.
    func put(_ item: NameNews) {
        news.withLock { $0.append(item) }
        wake()
    }

    func takeNews() -> [NameNews] {
        news.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }

    /// Nothing more will come.
    func finish() { signal.finish() }
}
