import Foundation
import TestSupport

/// Counts what is under way for each connection of an upstream.
final class Peak: @unchecked Sendable {
    private let condition = NSCondition()
    private var now: [Int: Int] = [:]
    private var total = 0
    private var isReached = false

    /// Counts one more, where that keeps the connection within its limit.
    @discardableResult
    func begin(_ connection: Int, atMost limit: Int = .max) -> Bool {
        condition.withLock {
            guard now[connection, default: 0] < limit else { return false }
            now[connection, default: 0] += 1
            total += 1
            condition.broadcast()
            return true
        }
    }

    func end(_ connection: Int) {
        condition.withLock {
            now[connection, default: 0] -= 1
            total -= 1
        }
    }

    /// Waits until as many are under way at a time, of all connections.
    func waitForAll(_ count: Int) throws {
        let end = Date(timeIntervalSinceNow: 3)
        let isThere = condition.withLock {
            while !isReached && total < count {
                if !condition.wait(until: end) { return isReached || total >= count }
            }
            isReached = true
            condition.broadcast()
            return true
        }
        if !isThere { throw TestFault("not \(count) at a time") }
    }
}
