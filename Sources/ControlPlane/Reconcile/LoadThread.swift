internal import Foundation
internal import Reactor
internal import Synchronization

/// The second thread of a load: does one piece of work after the other, in the order in which they
/// came, from the first one to the end of the process.
///
/// One for all, as each further thread would have memory of its own that is never quite full.
final class LoadThread: Sendable {
    typealias Work = @Sendable () -> Void

    /// Nil where there is one CPU, or no thread to be had.
    static let shared: LoadThread? = CPUCount.usable() > 1 ? LoadThread() : nil

    private let works = Mutex<[Work]>([])
    private let arrivals = DispatchSemaphore(value: 0)

    private init?() {
        guard Thread.start(named: "weir-load", { [self] in run() }) else { return nil }
    }

    func add(_ work: @escaping Work) {
        works.withLock { $0.append(work) }
        arrivals.signal()
    }

    private func run() {
        while true {
            arrivals.wait()
            works.withLock { $0.removeFirst() }()
        }
    }
}
