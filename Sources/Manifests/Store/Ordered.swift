internal import Routing

/// Elements in the order in which they came, each once.
struct Ordered<Element: Hashed>: Sendable {
    private(set) var list: [Element] = []
    private var places = HashIndex()

    var isEmpty: Bool { list.isEmpty }

    mutating func insert(_ element: Element) {
        guard places.find(element.hash, { list[$0] == element }) == nil else { return }
        places.insert(list.count, hash: element.hash)
        list.append(element)
    }

    mutating func formUnion(_ elements: some Sequence<Element>) {
        for element in elements { insert(element) }
    }

    mutating func formUnion(_ other: Ordered) {
        if isEmpty { self = other } else { formUnion(other.list) }
    }
}
