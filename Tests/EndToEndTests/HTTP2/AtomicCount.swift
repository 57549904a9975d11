import Synchronization

/// A number that threads count up.
final class AtomicCount: Sendable {
    private let value = Atomic(0)

    /// Adds one and gives the sum.
    @discardableResult
    func add() -> Int { value.add(1, ordering: .sequentiallyConsistent).newValue }
}
