package import Bytes
import HTTP
package import Routing

/// A request's head as a codec would leave it, without the codec.
package struct Request {
    package var host: String
    package var path: String
    package var fields: [(name: String, value: String)] = []
    package var listener = ListenerKind.external
    package var isTLS = false
    package var method = "GET"
    package var query = ""
    package var provisionalKey: StickyKey?
    package var address = ClientAddress(high: 0xc000_0201 << 32, low: 0, isIPv6: false)

    package init(
        _ host: String, _ path: String = "/", fields: [(name: String, value: String)] = [],
        on listener: ListenerKind = .external, isTLS: Bool = false
    ) {
        self.host = host
        self.path = path
        self.fields = fields
        self.listener = listener
        self.isTLS = isTLS
    }
}

/// One worker as the table sees it: its entropy and its counts.
package struct Desk: ~Copyable {
    package var entropy: Entropy
    package let draws = CounterCells(limit: 1 << 16)
    package var regex = RegexMatcher()

    package init(seed: UInt64 = 1) { entropy = Entropy(seed: seed) }

    deinit { draws.destroy() }

    package mutating func decide(
        _ request: Request, _ table: RouteTable, preferring: Handle? = nil
    ) -> Decision {
        var sheet = Sheet(request)
        return sheet.decide(table, &self, preferring: preferring)
    }

    package mutating func explain(
        _ request: Request, _ table: RouteTable, health: [CounterCells] = [], now: UInt64 = 0,
        decided: Decision? = nil
    ) -> Explanation {
        let sheet = Sheet(request)
        return sheet.explain(table, &self, health: health, now: now, decided: decided)
    }
}

/// A head with its bytes, to be decided many times.
package struct Sheet: ~Copyable {
    private var head = Head()
    private var bytes: [UInt8] = []
    private let asker: Asker

    package init(_ request: Request) {
        asker = Asker(
            listener: request.listener, isTLS: request.isTLS, address: request.address,
            provisionalKey: request.provisionalKey)
        head.methodText = put(request.method)
        head.host = put(request.host)
        head.authority = head.host
        head.path = put(request.path)
        let query = put(request.query)
        head.target = Slice(
            start: Int(head.path.start), count: Int(head.path.count) + Int(query.count))
        for field in request.fields {
            let name = put(field.name)
            let value = put(field.value)
            let known = FieldName(field.name.utf8.span)
            head.fields.append(Field(name: name, value: value, known: known))
        }
    }

    private mutating func put(_ text: String) -> Slice {
        let slice = Slice(start: bytes.count, count: text.utf8.count)
        bytes.append(contentsOf: text.utf8)
        return slice
    }

    package mutating func decide(
        _ table: RouteTable, _ desk: inout Desk, preferring: Handle? = nil
    ) -> Decision {
        table.decide(
            head, bytes.span, for: asker, entropy: &desk.entropy, draws: desk.draws,
            regex: &desk.regex, preferring: preferring)
    }

    package func explain(
        _ table: RouteTable, _ desk: inout Desk, health: [CounterCells], now: UInt64,
        decided: Decision?
    ) -> Explanation {
        table.explain(
            head, bytes.span, for: asker, draws: [desk.draws], health: health, now: now,
            regex: &desk.regex, decided: decided)
    }
}

extension BlockView {
    /// The bytes as text, for expectations.
    package var string: String {
        var text: [UInt8] = []
        for index in 0..<count { text.append(self[index]) }
        return String(decoding: text, as: UTF8.self)
    }
}
