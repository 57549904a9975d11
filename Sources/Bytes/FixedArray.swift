/// Room for a fixed number of plain values, filled from the front; bounds are always checked.
///
/// Made once and used again and again: nothing is allocated after `init`.
@safe
@frozen
public struct FixedArray<Element: BitwiseCopyable>: ~Copyable {
    /// SAFETY: `capacity` elements, of which the first `count` are initialized; freed in `deinit`.
    @usableFromInline let base: UnsafeMutablePointer<Element>
    public let capacity: Int
    @usableFromInline var filled = 0

    public init(capacity: Int) {
        precondition(capacity > 0)
        unsafe base = .allocate(capacity: capacity)
        self.capacity = capacity
    }

    deinit { unsafe base.deallocate() }

    @inlinable
    public var count: Int { filled }

    @inlinable
    public var isFull: Bool { filled == capacity }

    @inlinable
    public subscript(index: Int) -> Element {
        get {
            precondition(index >= 0 && index < filled)
            // SAFETY: the index was checked.
            return unsafe base[index]
        }
        set {
            precondition(index >= 0 && index < filled)
            // SAFETY: the index was checked.
            unsafe base[index] = newValue
        }
    }

    /// Adds a value; there must be room.
    @inlinable
    public mutating func append(_ element: Element) {
        precondition(filled < capacity)
        // SAFETY: `filled` is below `capacity`.
        unsafe base[filled] = element
        filled += 1
    }

    /// Takes the last value out; there must be one.
    @inlinable
    public mutating func removeLast() -> Element {
        precondition(filled > 0)
        filled -= 1
        // SAFETY: the slot was initialized.
        return unsafe base[filled]
    }

    @inlinable
    public mutating func removeAll() { filled = 0 }

    /// The filled part.
    @inlinable
    public var span: Span<Element> {
        @_lifetime(borrow self)
        get {
            // SAFETY: the memory lives as long as `self`, and the first `filled` are initialized.
            let span = unsafe Span(_unsafeStart: UnsafePointer(base), count: filled)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }
}
