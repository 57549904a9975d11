import Routing

/// Random sources and requests over few names, so that they often meet.
struct Dice: ~Copyable {
    private var entropy: Entropy

    init(seed: UInt64) { entropy = Entropy(seed: seed) }

    mutating func roll(_ sides: Int) -> Int { Int(entropy.next(below: UInt64(sides))) }

    mutating func pick<Element>(_ elements: [Element]) -> Element { elements[roll(elements.count)] }

    private static let hosts = (0..<12).map { "h\($0).test" }
    private static let prefixes = ["/", "/a", "/a/b", "/ab", "/.well-known/acme-challenge/x"]
    private static let fields = ["x-one", "X-Two"]
    private static let values = ["", "1", "2", "1,2"]
    static let services = (0..<8).map { "s\($0)" }

    mutating func route(_ name: String) -> RouteSource {
        Samples.route(name, (0...roll(3)).map { _ in rule() })
    }

    private mutating func rule() -> RuleSource {
        let hosts = roll(8) == 0 ? [] : (0...roll(3)).map { _ in pick(Self.hosts) }
        return Samples.rule(
            hosts, isExternal: roll(3) > 0, redirects: roll(4) == 0,
            (0...roll(3)).map { _ in path() })
    }

    private mutating func path() -> PathSource {
        let conditions = (0..<max(0, roll(4) - 1)).map { _ in
            FieldCondition(name: pick(Self.fields), value: pick(Self.values))
        }
        let splits = (0...roll(3)).map { _ in
            Samples.share(UInt32(roll(4)) * 100_000, pick(Self.services))
        }
        return Samples.path(
            pick(Self.prefixes), conditions: conditions, tag: pick(["", "", "blue"]), splits)
    }

    mutating func request() -> Request {
        let host = pick(Self.hosts + ["", "H1.Test", "other.test"])
        let fields = (0..<roll(3)).map { _ in
            (name: pick(["x-one", "X-ONE", "x-two", "other"]), value: pick(Self.values))
        }
        return Request(
            host, pick(Self.prefixes) + pick(["", "b", "/c"]), fields: fields,
            on: pick([.external, .external, .internal]), isTLS: roll(3) == 0)
    }

    mutating func destination(_ service: String) -> DestinationSource {
        Samples.destination(
            service,
            (0..<roll(4)).map { _ in
                AddressSource(ip: [10, 0, 0, UInt8(roll(10))], port: pick([80, 8080]))
            }, pick([.http1, .h2c]))
    }
}
