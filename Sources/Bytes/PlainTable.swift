/// Plain values by index, grown on demand and never shrunk; bounds are always checked.
///
/// Growing is for the cold path (a new snapshot); reading and writing allocate nothing.
@safe
@frozen
public struct PlainTable<Element: BitwiseCopyable>: ~Copyable {
    /// SAFETY: `count` initialized elements, owned here; replaced only by `grow`.
    @usableFromInline var base: UnsafeMutablePointer<Element>
    @usableFromInline var filled = 0
    @usableFromInline let empty: Element

    /// A table whose fresh entries are `empty`.
    public init(filledWith empty: Element) {
        unsafe base = .allocate(capacity: 1)
        self.empty = empty
    }

    deinit { unsafe base.deallocate() }

    @inlinable
    public var count: Int { filled }

    /// Makes the table hold at least `count` entries.
    package mutating func grow(to count: Int) {
        guard count > filled else { return }
        let wanted = max(count, filled * 2, 16)
        let grown = UnsafeMutablePointer<Element>.allocate(capacity: wanted)
        // SAFETY: the old entries are plain values; both areas are large enough.
        unsafe grown.update(from: base, count: filled)
        unsafe (grown + filled).initialize(repeating: empty, count: wanted - filled)
        unsafe base.deallocate()
        unsafe base = grown
        filled = wanted
    }

    @inlinable
    public subscript(index: Int) -> Element {
        @inline(__always)
        unsafeAddress {
            precondition(index >= 0 && index < filled)
            // SAFETY: the index was checked.
            return unsafe UnsafePointer(base + index)
        }
        @inline(__always)
        nonmutating unsafeMutableAddress {
            precondition(index >= 0 && index < filled)
            // SAFETY: the index was checked.
            return unsafe base + index
        }
    }
}
