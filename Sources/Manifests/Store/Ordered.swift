internal import Routing

/// Elements in the order in which they came, each once.
///
/// Few are found by comparing them one by one, which takes no memory.
struct Ordered<Element: Hashed>: Sendable {
    private(set) var list: [Element] = []
    private static var fewMax: Int { 8 }
    /// Where there are many.
    private var places = HashIndex()

    var isEmpty: Bool { list.isEmpty }

    mutating func insert(_ element: Element) {
        if list.count < Self.fewMax {
            if !list.contains(element) { list.append(element) }
            return
        }
        if list.count == Self.fewMax {
            if list.contains(element) { return }
            for place in list.indices { places.insert(place, hash: list[place].hash) }
        }
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
