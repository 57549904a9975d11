import Bytes
import Routing
import RoutingReference
import Testing

/// The sticky split: a key has one place, on every worker and in every process.
struct StickyTests {
    private static let users = (0..<2000).map { "user-\($0)" }

    // MARK: The place

    /// Computed apart from the gateway; README promises them.
    @Test(
        arguments: [
            ("default/a", "user-0", 95500), ("default/a", "user-1", 741166),
            ("default/a", "00000000000000000000000000000000", 979188),
            ("shop/checkout", "user-0", 571803), ("", "", 722706),
        ] as [(String, String, UInt32)])
    func `a key's position is the promised one`(salt: String, key: String, position: UInt32) {
        var bench = StickyBench([500_000, 500_000], salt: salt)
        #expect(bench.place(key).bucket == position)
    }

    @Test func `a key has the same revision on every worker, draw after draw`() {
        var one = StickyBench([700_000, 200_000, 100_000], seed: 1)
        var other = StickyBench([700_000, 200_000, 100_000], seed: 99)
        for user in Self.users.prefix(300) {
            let place = one.place(user)
            #expect(place.reason == .sticky)
            #expect(one.place(user) == place)
            #expect(other.place(user) == place)
        }
    }

    @Test func `intervals lie in the order of age, whatever the order of the shares`() {
        var bench = StickyBench([100_000, 700_000, 200_000], order: [1, 2, 0])
        let line = Line([700_000, 200_000, 100_000])
        for user in Self.users.prefix(300) {
            let place = bench.place(user)
            let owner = line.owner(of: place.bucket).map { "r\([1, 2, 0][$0])" }
            #expect(owner == place.revision)
        }
    }

    @Test func `keys spread as the weights say and nothing goes to 0 percent`() {
        var bench = StickyBench([0, 900_000, 0, 100_000])
        var counts: [String: Int] = [:]
        for user in 0..<10_000 { counts[bench.place("u\(user)").revision, default: 0] += 1 }
        #expect(counts["r0"] == nil && counts["r2"] == nil)
        #expect(abs((counts["r3"] ?? 0) - 1000) < 150)
        #expect(bench.counts() == ["r0", "r1", "r2", "r3"].map { UInt64(counts[$0] ?? 0) })
    }

    @Test func `routes do not agree by accident`() {
        var one = StickyBench([500_000, 500_000], salt: "default/a")
        var other = StickyBench([500_000, 500_000], salt: "default/b")
        let same = Self.users.count { one.place($0).revision == other.place($0).revision }
        #expect(abs(same - 1000) < 150)
    }

    // MARK: Keys

    @Test func `without its field a request is drawn for by weight`() {
        var bench = StickyBench([800_000, 200_000])
        // Everybody with a key is of one revision: who has none must not make up for them.
        for _ in 0..<1000 { _ = bench.place("user-0") }
        let before = bench.counts()
        for _ in 0..<2000 {
            let placed = bench.decide(Request("a.test"))
            #expect(placed.reason == .split && placed.bucket == .max)
        }
        let drawn = zip(bench.counts(), before).map { Int($0) - Int($1) }
        #expect(drawn.reduce(0, +) == 2000)
        #expect(abs(drawn[1] - 400) < 90)
    }

    @Test func `the client's address is a key, in both of its forms`() {
        var bench = StickyBench([500_000, 500_000], by: .address)
        var request = Request("a.test")
        request.address = ClientAddress(high: 0x0a00_0001 << 32, low: 0, isIPv6: false)
        let plain = bench.decide(request)
        request.address = ClientAddress(high: 0, low: 0xffff_0a00_0001, isIPv6: true)
        #expect(bench.decide(request) == plain)
        request.address = ClientAddress(high: 0x2001_0db8 << 32, low: 1, isIPv6: true)
        #expect(bench.decide(request).bucket != plain.bucket)
        #expect(plain.reason == .sticky && plain.stickiness.isByCookie == false)
    }

    @Test func `a cookie's key is issued once and then kept`() throws {
        var bench = StickyBench([500_000, 500_000], by: .cookie)
        let first = bench.decide(Request("a.test"))
        let key = try #require(first.stickiness.issued)
        #expect(first.stickiness.isByCookie && first.reason == .sticky)
        let cookie = text(key)
        let again = bench.decide(
            Request("a.test", fields: [("Cookie", "a=b; weir-split=\(cookie); c=d")]))
        #expect(again == first)
        #expect(again.stickiness.isByCookie && again.stickiness.issued == nil)
        #expect(bench.decide(Request("a.test")).stickiness.issued != key)
    }

    @Test(arguments: [
        "", "weir-split", "weir-split=", "weir-split=0123", "xweir-split=\(valid)",
        "weir-split=\(valid.uppercased())", "weir-split=\(valid)0",
        "weir-split=g\(valid.dropLast())",
        "Weir-Split=\(valid)", "weir-split=\"\(valid)\"",
    ])
    func `a malformed cookie counts as absent`(cookie: String) {
        var bench = StickyBench([500_000, 500_000], by: .cookie)
        let placed = bench.decide(Request("a.test", fields: [("cookie", cookie)]))
        #expect(placed.stickiness.issued != nil)
    }

    private static let valid = "0123456789abcdef0123456789abcdef"

    @Test func `a key reads as it is written`() {
        #expect(StickyKey(Self.valid.utf8.span).map(text) == Self.valid)
    }

    @Test func `a provisional key stands in for the cookie that is not back yet`() {
        var bench = StickyBench([500_000, 500_000], by: .cookie)
        var request = Request("a.test")
        request.provisionalKey = StickyKey(high: 1, low: 2)
        let first = bench.decide(request)
        #expect(first.stickiness.issued == request.provisionalKey)
        #expect(bench.decide(request) == first)
        // The client's own cookie goes first.
        request.fields = [("cookie", "weir-split=\(Self.valid)")]
        #expect(bench.decide(request).stickiness.issued == nil)
    }

    @Test func `a re-send stays on its revision and issues nothing anew`() {
        var bench = StickyBench([500_000, 500_000], by: .cookie)
        let first = bench.decide(Request("a.test"))
        let counted = bench.counts()
        for _ in 0..<20 {
            let again = bench.decide(Request("a.test"), preferring: first.series)
            #expect(again.revision == first.revision && again.stickiness.issued == nil)
        }
        #expect(bench.counts() == counted)
        // Its revision is gone: placed as any other.
        bench.set([1_000_000])
        let gone = Handle(index: 77, generation: 1)
        #expect(bench.decide(Request("a.test"), preferring: gone).stickiness.issued != nil)
    }

    @Test func `probes are drawn at random, uncounted and without a key`() {
        var bench = StickyBench([500_000, 500_000], by: .cookie)
        var revisions: Set<String> = []
        for _ in 0..<100 {
            let placed = bench.decide(
                Request("a.test", fields: [("k-network-probe", "probe")]))
            revisions.insert(placed.revision)
            #expect(placed.stickiness.issued == nil && placed.reason == .split)
        }
        #expect(revisions.count == 2)
        #expect(bench.counts() == [0, 0])
    }

    @Test func `an order that is no order is refused`() {
        let builder = TableBuilder()
        let path = Samples.path(
            "/", sticky: StickySource(key: .cookie, salt: "s", order: [0, 0]),
            [Samples.share(1, "a"), Samples.share(1, "b")])
        _ = Samples.table(builder, path)
        #expect(builder.refusals.count == 1)
    }

    private func text(_ key: StickyKey) -> String {
        String(decoding: (0..<StickyKey.digitCount).map { key.digit($0) }, as: UTF8.self)
    }
}
