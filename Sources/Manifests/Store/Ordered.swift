/// Elements in the order in which they came, each once.
struct Ordered<Element: Hashable & Sendable>: Sendable {
    private(set) var list: [Element] = []
    private var members: Set<Element> = []

    var isEmpty: Bool { list.isEmpty }

    func contains(_ element: Element) -> Bool { members.contains(element) }

    mutating func insert(_ element: Element) {
        if members.insert(element).inserted { list.append(element) }
    }

    mutating func formUnion(_ elements: some Sequence<Element>) {
        for element in elements { insert(element) }
    }
}
