import Synchronization

/// A number that threads count up.
final class AtomicCount: Sendable {
    private let sum = Atomic(0)

    var value: Int { sum.load(ordering: .sequentiallyConsistent) }

    /// Adds one and gives the sum.
    @discardableResult
    func add() -> Int { sum.add(1, ordering: .sequentiallyConsistent).newValue }
}
