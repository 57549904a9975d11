/// Elements in the order in which they came, each once.
///
/// Few are found by comparing them one by one, which takes neither memory nor hashes.
struct Distinct<Element: Hashable & Sendable>: Sendable {
    private static var fewMax: Int { 16 }

    private(set) var list: [Element] = []
    /// Where there are many.
    private var places: [Element: Int] = [:]

    func place(of element: Element) -> Int? {
        list.count <= Self.fewMax ? list.firstIndex(of: element) : places[element]
    }

    /// Where the element stands, and whether it has just come.
    @discardableResult
    mutating func insert(_ element: Element) -> (place: Int, isNew: Bool) {
        if let place = place(of: element) { return (place, false) }
        if list.isEmpty { list.reserveCapacity(4) }
        list.append(element)
        if list.count > Self.fewMax {
            for place in places.count..<list.count { places[list[place]] = place }
        }
        return (list.count - 1, true)
    }
}
