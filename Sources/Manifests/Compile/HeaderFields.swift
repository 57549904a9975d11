internal import Routing

/// Fields of requests, each name once, in the order of the names' bytes.
struct HeaderFields: Hashable, Sendable {
    let list: [FieldEdit]

    /// None.
    init() { list = [] }

    /// The names must be in their order.
    init(ordered list: [FieldEdit]) { self.list = list }

    init(_ fields: [String: String]) {
        list = fields.map { FieldEdit(name: $0.key, value: $0.value) }
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    var isEmpty: Bool { list.isEmpty }

    subscript(name: String) -> String? { list.first { $0.name == name }?.value }
}
