internal import Foundation
package import Routing
internal import Synchronization

extension Crew {
    /// The caller's thread and, where there is a second CPU, another one.
    package static let two = Crew(run: share, settle: { LoadThread.shared?.finish() })

    @Sendable
    private static func share(_ count: Int, _ part: @escaping Part, _ take: Taking) {
        guard count > 1, let thread = LoadThread.shared else {
            return alone.run(count, part, take)
        }
        let shift = Shift(count: count, part: part)
        // Where it is busy, all is done here.
        _ = thread.add { while shift.work() { shift.finished.signal() } }
        // What is done is taken first, so that little waits.
        var taken = 0
        while taken < count {
            if shift.isDone(taken) {
                take(taken)
                taken += 1
            } else if !shift.work() {
                shift.finished.wait()
            }
        }
    }

    /// What has been handed out of one piece of work, and what is done of it.
    private final class Shift: Sendable {
        private let count: Int
        private let part: Part
        private let next = Atomic(0)
        private let done: Mutex<[Bool]>
        /// The other thread has done a part.
        let finished = DispatchSemaphore(value: 0)

        init(count: Int, part: @escaping Part) {
            self.count = count
            self.part = part
            done = Mutex(Array(repeating: false, count: count))
        }

        /// Does the next part; says whether there was one.
        func work() -> Bool {
            let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard number < count else { return false }
            part(number)
            done.withLock { $0[number] = true }
            return true
        }

        func isDone(_ number: Int) -> Bool { done.withLock { $0[number] } }
    }
}
