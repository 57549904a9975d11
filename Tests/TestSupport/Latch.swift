import Foundation

/// A gate that one thread opens once and others wait for.
package final class Latch: @unchecked Sendable {
    private let condition = NSCondition()
    private var isOpenNow = false

    package init() {}

    package var isOpen: Bool {
        condition.withLock { isOpenNow }
    }

    /// Opens the gate, for good.
    package func open() {
        condition.withLock {
            isOpenNow = true
            condition.broadcast()
        }
    }

    /// Waits until the gate is open, and throws when `limit` has passed.
    package func wait(_ what: String = "latch", within limit: Duration = .seconds(10)) throws {
        let parts = limit.components
        let end = Date(
            timeIntervalSinceNow: Double(parts.seconds) + Double(parts.attoseconds) / 1e18)
        let opened = condition.withLock {
            while !isOpenNow {
                if !condition.wait(until: end) { return isOpenNow }
            }
            return true
        }
        if !opened { throw TestFault("not within \(limit): \(what)") }
    }
}

/// Work on a thread of its own whose value is asked for later.
package final class Background<Value: Sendable>: @unchecked Sendable {
    private let done = Latch()
    private var outcome: Result<Value, any Error>?

    package init(_ work: @escaping @Sendable () throws -> Value) {
        Thread.detachNewThread { [self] in
            outcome = Result { try work() }
            done.open()
        }
    }

    /// True once the work has ended, well or not.
    package var isDone: Bool { done.isOpen }

    /// Waits for the work and gives its value or throws its error.
    package func value(within limit: Duration = .seconds(30)) throws -> Value {
        try done.wait("background work", within: limit)
        guard let outcome else { throw TestFault("background work without an outcome") }
        return try outcome.get()
    }
}
