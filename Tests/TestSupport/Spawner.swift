import Foundation
import Synchronization

/// A thread that starts all children and never ends: the kernel ties their life to their parent's
/// thread, not to its process.
final class Spawner: Sendable {
    static let shared = Spawner()
    private let jobs = JobQueue()

    private init() {
        Thread.detachNewThread { [jobs] in
            while true {
                let job = jobs.take()
                let outcome = Result { try job.start() }
                job.outcome.withLock { $0 = outcome }
                job.isDone.open()
            }
        }
    }

    func run(_ start: @escaping @Sendable () throws -> pid_t) throws -> pid_t {
        let job = Job(start)
        jobs.add(job)
        try job.isDone.wait("a process is started")
        guard let outcome = job.outcome.withLock({ $0 }) else { throw TestFault("no outcome") }
        return try outcome.get()
    }
}

/// One process to start.
private final class Job: Sendable {
    let start: @Sendable () throws -> pid_t
    let outcome = Mutex<Result<pid_t, any Error>?>(nil)
    let isDone = Latch()

    init(_ start: @escaping @Sendable () throws -> pid_t) { self.start = start }
}

/// Jobs from many threads for one.
private final class JobQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [Job] = []

    func add(_ job: Job) {
        condition.withLock {
            jobs.append(job)
            condition.signal()
        }
    }

    /// Waits for the next one.
    func take() -> Job {
        condition.withLock {
            while jobs.isEmpty { condition.wait() }
            return jobs.removeFirst()
        }
    }
}
