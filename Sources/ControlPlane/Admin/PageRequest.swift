/// A request to the status or admin pages, as far as they look at it.
package struct PageRequest: Sendable {
    package var method: String
    package var path: String
    /// The query's parameters, decoded, in order.
    package var query: [(name: String, value: String)] = []
    /// The fields' values; nil where there is none.
    package var accept: String?
    package var host: String?
    /// The site whose web page asks (RFC 6454 §7).
    package var source: String?
    package var body = ""

    package init(method: String, path: String) {
        self.method = method
        self.path = path
    }

    /// The first parameter of that name.
    func parameter(_ name: String) -> String? { query.first { $0.name == name }?.value }

    func parameters(_ name: String) -> [String] {
        query.filter { $0.name == name }.map(\.value)
    }
}
