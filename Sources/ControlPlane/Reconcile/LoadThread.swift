internal import Foundation
internal import Reactor
internal import Synchronization

/// The second thread of a load: does one piece of work after the other, in the order in which they
/// came, from the first one to the end of the process.
///
/// One for all, as each further thread would have memory of its own that is never quite full.
final class LoadThread: Sendable {
    typealias Work = @Sendable () -> Void

    /// Nil where there is one CPU, or was no thread to be had at the first load.
    static let shared: LoadThread? = CPUCount.usable() > 1 ? LoadThread() : nil

    /// LIMIT: pieces of work that wait; all that they hold is in memory as long.
    private static let waitingMax = 2

    private let works = Mutex<[Work]>([])
    private let arrivals = DispatchSemaphore(value: 0)

    private init?() {
        guard Thread.start(named: "weir-load", { [self] in run() }) else { return nil }
    }

    /// False where so much waits that the caller had better do it.
    func add(_ work: @escaping Work) -> Bool {
        let isTaken = works.withLock { works in
            guard works.count < Self.waitingMax else { return false }
            works.append(work)
            return true
        }
        if isTaken { arrivals.signal() }
        return isTaken
    }

    /// Waits until all is done that was added before.
    func finish() {
        let isDone = DispatchSemaphore(value: 0)
        works.withLock { $0.append { isDone.signal() } }
        arrivals.signal()
        isDone.wait()
    }

    private func run() {
        while true {
            arrivals.wait()
            works.withLock { $0.removeFirst() }()
        }
    }
}
