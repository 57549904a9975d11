/// At least one element, and nearly always just one, which then takes no memory of its own.
enum Few<Element> {
    case one(Element)
    case more([Element])

    /// Nil for an empty list.
    init?(_ list: [Element]) {
        guard let first = list.first else { return nil }
        self = list.count == 1 ? .one(first) : .more(list)
    }

    var first: Element {
        switch self {
        case .one(let element): element
        case .more(let list): list[0]
        }
    }

    var all: [Element] {
        switch self {
        case .one(let element): [element]
        case .more(let list): list
        }
    }
}

extension Few: Sendable where Element: Sendable {}
