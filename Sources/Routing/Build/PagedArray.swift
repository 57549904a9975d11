/// An array in pages, so that a change after a copy copies one page, not all.
///
/// A copy for readers on other threads costs one retain.
package struct PagedArray<Element: Sendable>: Sendable {
    private static var pageSize: Int { 256 }

    private let blank: Element
    private var pages: [[Element]] = []

    /// Places that nothing was put in yet hold `blank`.
    package init(blank: Element) { self.blank = blank }

    package subscript(index: Int) -> Element {
        get {
            let page = index / Self.pageSize
            return page < pages.count ? pages[page][index % Self.pageSize] : blank
        }
        set {
            while pages.count <= index / Self.pageSize {
                pages.append(Array(repeating: blank, count: Self.pageSize))
            }
            pages[index / Self.pageSize][index % Self.pageSize] = newValue
        }
    }

    /// Every place, in order, with the blank ones of the pages that there are.
    var all: some Sequence<Element> { pages.lazy.joined() }
}
