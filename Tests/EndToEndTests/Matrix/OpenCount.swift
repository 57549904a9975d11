import Synchronization

/// Counts what is under way for each connection of an upstream.
final class OpenCount: Sendable {
    private let open = Mutex<[Int: Int]>([:])

    /// How many are under way, over all connections.
    var total: Int { open.withLock { $0.values.reduce(0, +) } }

    /// Counts one more, where that keeps the connection within its limit.
    @discardableResult
    func begin(_ connection: Int, atMost limit: Int = .max) -> Bool {
        open.withLock {
            guard $0[connection, default: 0] < limit else { return false }
            $0[connection, default: 0] += 1
            return true
        }
    }

    func end(_ connection: Int) { open.withLock { $0[connection, default: 0] -= 1 } }
}
