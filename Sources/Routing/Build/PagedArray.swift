/// An array in pages, so that a change after a copy copies one page, not all.
///
/// A copy for readers on other threads costs one retain.
///
/// Inlinable, so that other targets reach its elements without generic code.
public struct PagedArray<Element: Sendable>: Sendable {
    @inlinable static var pageSize: Int { 256 }

    @usableFromInline let blank: Element
    @usableFromInline var pages: [[Element]] = []

    /// Places that nothing was put in yet hold `blank`.
    @inlinable
    public init(blank: Element) { self.blank = blank }

    /// The element at a place, 0 or more; what is put behind the last page makes further ones.
    @inlinable public subscript(index: Int) -> Element {
        get {
            let page = index / Self.pageSize
            return page < pages.count ? pages[page][index % Self.pageSize] : blank
        }
        _modify {
            let page = index / Self.pageSize
            if page >= pages.count { grow(to: page) }
            yield &pages[page][index % Self.pageSize]
        }
    }

    @usableFromInline
    mutating func grow(to page: Int) {
        while pages.count <= page {
            pages.append(Array(repeating: blank, count: Self.pageSize))
        }
    }

    /// Every place, in order, with the blank ones of the pages that there are.
    var all: some Sequence<Element> { pages.lazy.joined() }
}
