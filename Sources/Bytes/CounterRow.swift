public import Synchronization

/// One slot's words in `CounterPages`: written by one thread, read by any.
///
/// Lives as long as the pages do. Words are relaxed atomics: a reader sees each one whole, but
/// in no order, except where `publish` and `observe` make one.
@safe
@frozen
public struct CounterRow: @unchecked Sendable {
    /// SAFETY: `width` words in a page that stays where it is until the pages are destroyed.
    @usableFromInline let base: UnsafeMutablePointer<Atomic<UInt64>>
    /// How many words there are.
    public let width: Int

    @inlinable
    init(base: UnsafeMutablePointer<Atomic<UInt64>>, width: Int) {
        unsafe self.base = unsafe base
        self.width = width
    }

    /// Reads a word; any thread.
    @inlinable
    public func load(_ word: Int) -> UInt64 {
        precondition(word >= 0 && word < width)
        // SAFETY: the index was checked.
        return unsafe base[word].load(ordering: .relaxed)
    }

    /// Writes a word; the writer's thread only.
    @inlinable
    public func store(_ word: Int, _ value: UInt64) {
        precondition(word >= 0 && word < width)
        // SAFETY: the index was checked.
        unsafe base[word].store(value, ordering: .relaxed)
    }

    /// Adds to a word, wrapping; the writer's thread only.
    ///
    /// One writer needs no locked instruction: nobody else can write between the two steps.
    @inlinable
    public func add(_ word: Int, _ amount: UInt64) {
        store(word, load(word) &+ amount)
    }

    /// Writes a word so that who observes it also sees all that was written before.
    @inlinable
    public func publish(_ word: Int, _ value: UInt64) {
        precondition(word >= 0 && word < width)
        // SAFETY: the index was checked.
        unsafe base[word].store(value, ordering: .releasing)
    }

    /// Reads a word that `publish` wrote; any thread.
    @inlinable
    public func observe(_ word: Int) -> UInt64 {
        precondition(word >= 0 && word < width)
        // SAFETY: the index was checked.
        return unsafe base[word].load(ordering: .acquiring)
    }
}
