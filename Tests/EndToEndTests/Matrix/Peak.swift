import Foundation
import TestSupport

/// Counts what is under way for each connection of an upstream.
final class Peak: @unchecked Sendable {
    private let condition = NSCondition()
    private var now: [Int: Int] = [:]
    private var most = 0
    private var begun = 0

    /// The most that were under way at a time on one connection.
    var perConnection: Int { condition.withLock { most } }

    func begin(_ connection: Int) {
        condition.withLock {
            now[connection, default: 0] += 1
            most = max(most, now[connection] ?? 0)
            begun += 1
            condition.broadcast()
        }
    }

    func end(_ connection: Int) {
        condition.withLock { now[connection, default: 0] -= 1 }
    }

    /// Waits until as many were begun, of all connections.
    func waitForAll(_ count: Int) throws {
        let end = Date(timeIntervalSinceNow: 10)
        let isThere = condition.withLock {
            while begun < count {
                if !condition.wait(until: end) { return begun >= count }
            }
            return true
        }
        if !isThere { throw TestFault("not \(count) at a time") }
    }
}
