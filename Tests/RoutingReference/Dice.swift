package import Routing

/// Random sources and requests over few names, so that they often meet.
package struct Dice: ~Copyable {
    private var entropy = Entropy(seed: 0)
    /// Where rolls come from instead, a byte each; then they are 0.
    private var bytes: ArraySlice<UInt8>?

    package init(seed: UInt64) { entropy = Entropy(seed: seed) }

    /// Dice that fall as the bytes say.
    package init(bytes: [UInt8]) { self.bytes = bytes[...] }

    /// Whether all bytes were rolled.
    package var isEmpty: Bool { bytes?.isEmpty ?? false }

    package mutating func roll(_ sides: Int) -> Int {
        if bytes != nil { return Int(bytes?.popFirst() ?? 0) % sides }
        return Int(entropy.next(below: UInt64(sides)))
    }

    package mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[roll(elements.count)]
    }

    private static let hosts = (0..<12).map { "h\($0).test" }
    private static let prefixes = ["/", "/a", "/a/b", "/ab", "/.well-known/acme-challenge/x"]
    private static let fields = ["x-one", "X-Two"]
    private static let values = ["", "1", "2", "1,2"]
    package static let services = (0..<8).map { "s\($0)" }
    /// Patterns with what they say in Swift.
    package static let patterns: [String: @Sendable (String) -> Bool] = [
        "^/a": { $0.hasPrefix("/a") }, "b$": { $0.hasSuffix("b") }, "1": { $0.contains("1") },
        "^[12]?$": { ["", "1", "2"].contains($0) },
    ]
    private static let keys = [
        "00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100",
    ]

    // MARK: Sources

    package mutating func route(_ name: String) -> RouteSource {
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
        let splits = splits()
        return Samples.path(
            pick(Self.prefixes), conditions: conditions,
            rewriteHost: roll(2) == 0 ? nil : pick(Self.hosts), edits: edits(),
            tag: pick(["", "", "blue"]), access: access(),
            rules: (0..<max(0, roll(5) - 2)).map { _ in trafficRule() },
            sticky: roll(3) == 0 ? sticky(splits.count) : nil, splits)
    }

    private mutating func splits() -> [SplitSource] {
        (0...roll(3)).map { _ in Samples.share(UInt32(roll(4)) * 100_000, pick(Self.services)) }
    }

    private mutating func edits() -> [FieldEdit] {
        roll(3) > 0
            ? [] : [FieldEdit(name: pick(Self.fields + ["X-ONE"]), value: pick(Self.values))]
    }

    /// Networks of everything that begins with one byte; requests come from 10 and 192.
    private mutating func access() -> [NetworkSource]? {
        if roll(4) > 0 { return nil }
        return (0..<roll(3)).map { _ in
            NetworkSource(ip: [pick([10, 172, 192]), 0, 0, 0], prefix: 8)
        }
    }

    private mutating func sticky(_ shares: Int) -> StickySource {
        var order = Array(0..<shares)
        for index in order.indices { order.swapAt(index, roll(shares)) }
        return StickySource(
            key: pick([.cookie, .header("x-one"), .address]), salt: pick(["a", "b"]),
            order: order)
    }

    private mutating func trafficRule() -> TrafficRule {
        TrafficRule(
            conditions: (0..<roll(3)).map { _ in condition() }, tag: pick(["", "blue", "red"]),
            access: access(), edits: edits(), splits: splits())
    }

    private mutating func condition() -> RuleCondition {
        RuleCondition(
            pick([.path, .method, .header("x-one"), .header("X-TWO"), .query("q"), .cookie("c")]),
            pick([
                .present, .exact(pick(Self.values)), .exact("GET"),
                .oneOf([pick(Self.values), "POST", "/a"]),
                .regex(pick(Self.patterns.keys.sorted())),
            ]))
    }

    package mutating func destination(_ service: String) -> DestinationSource {
        var source = Samples.destination(
            service,
            (0..<roll(4)).map { _ in
                AddressSource(ip: [10, 0, 0, UInt8(roll(10))], port: pick([80, 8080]))
            }, pick([.http1, .h2c]))
        source.isInnerHop = roll(5) == 0
        if roll(3) == 0 {
            source.tls = UpstreamTLS(names: pick([["a"], ["a", "b"]]), trust: pick([1, 2]))
        }
        return source
    }

    // MARK: Requests

    package mutating func request() -> Request {
        let host = pick(Self.hosts + ["", "H1.Test", "other.test"])
        var fields = (0..<roll(3)).map { _ in
            (name: pick(["x-one", "X-ONE", "x-two", "other"]), value: pick(Self.values))
        }
        for _ in 0..<roll(3) {
            let cookie = pick(["c=1", "c=", "d=1", "weir-split=\(pick(Self.keys))"])
            fields.append((name: pick(["Cookie", "cookie"]), value: "e=2; \(cookie)"))
        }
        var request = Request(
            host, pick(Self.prefixes) + pick(["", "b", "/c"]), fields: fields,
            on: pick([.external, .external, .internal]), isTLS: roll(3) == 0)
        request.method = pick(["GET", "POST"])
        request.query = pick(["", "?q", "?q=1", "?a=b&q=2&q=1"])
        request.address = ClientAddress(
            high: pick([10, 192]) << 56 | UInt64(roll(4)) << 32, low: 0, isIPv6: false)
        return request
    }
}
