internal import Foundation
internal import Reactor
package import Routing
internal import Synchronization

extension Crew {
    /// The caller's thread and, where there is a second CPU, another one.
    package static let two = Crew { count, part in
        let shift = Shift()
        @Sendable func work() {
            while true {
                let number = shift.next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard number < count else { return }
                part(number)
            }
        }
        guard count > 1, hasSecondCPU,
            Thread.start(
                named: "weir-load",
                {
                    work()
                    shift.done.signal()
                })
        else { return work() }
        work()
        shift.done.wait()
    }

    private static let hasSecondCPU = CPUCount.usable() > 1

    /// What has been handed out of one piece of work.
    private final class Shift: Sendable {
        let next = Atomic(0)
        let done = DispatchSemaphore(value: 0)
    }
}
