import Bytes
import Routing
import RoutingReference
import Testing

/// `weir.dev/rules`: conditions, order, and what a rule's decision says.
struct RuleTests {
    private static func request(
        _ path: String = "/", query: String = "", method: String = "GET",
        _ fields: [(name: String, value: String)] = []
    ) -> Request {
        var request = Request("a.test", path, fields: fields)
        request.query = query
        request.method = method
        return request
    }

    /// Whether a rule with that one condition takes the request.
    private func holds(_ condition: RuleCondition, _ request: Request) -> Bool {
        let builder = TableBuilder()
        let table = Samples.table(
            builder,
            Samples.path(
                "/", rules: [Samples.rule([condition], to: "qa")], [Samples.share(1, "main")]))
        var desk = Desk()
        return desk.decide(request, table).revision.string == "qa"
    }

    @Test(
        arguments: [
            (.init(.path, .regex("^/v[0-9]+/")), request("/v12/x"), true),
            (.init(.path, .regex("^/v[0-9]+/")), request("/v/x"), false),
            (.init(.path, .regex("^/v[0-9]+/")), request("/a/v1/"), false),
            (.init(.path, .regex("v[0-9]")), request("/a/v1"), true),
            // The query is no part of the path.
            (.init(.path, .regex("x=1")), request("/a", query: "?x=1"), false),
            (.init(.path, .exact("/a")), request("/a", query: "?b"), true),
            (.init(.path, .exact("/a")), request("/a/"), false),
            (.init(.header("X-Env"), .exact("qa")), request("/", [("x-env", "qa")]), true),
            (.init(.header("X-Env"), .exact("qa")), request("/", [("x-env", "QA")]), false),
            (.init(.header("X-Env"), .exact("")), request("/", [("x-env", "")]), true),
            (.init(.header("X-Env"), .exact("")), request("/", [("x-env", "a")]), false),
            (.init(.header("X-Env"), .exact("")), request(), false),
            (.init(.header("X-Env"), .present), request("/", [("X-ENV", "")]), true),
            (.init(.header("X-Env"), .present), request(), false),
            (.init(.header("X-Env"), .regex("^q.$")), request("/", [("x-env", "qa")]), true),
            (.init(.header("X-Env"), .regex("^$")), request("/", [("x-env", "")]), true),
            (.init(.header("X-Env"), .regex("")), request(), false),
            (
                .init(.header("a"), .exact("1,2")), request("/", [("a", "1"), ("A", "2")]),
                true
            ),
            (
                .init(.header("a"), .regex("^1,2$")), request("/", [("a", "1"), ("A", "2")]),
                true
            ),
            (
                .init(.header("a"), .regex("^,$")), request("/", [("a", ""), ("A", "")]), true
            ),
            (
                .init(.header("a"), .oneOf(["1", "1,2"])),
                request("/", [("a", "1"), ("A", "2")]), true
            ),
            (.init(.header("a"), .oneOf(["1", "2"])), request("/", [("a", "2")]), true),
            (.init(.header("a"), .oneOf(["1", "2"])), request("/", [("a", "3")]), false),
            (.init(.header("a"), .oneOf([])), request("/", [("a", "3")]), false),
            (.init(.method, .oneOf(["GET", "HEAD"])), request(method: "HEAD"), true),
            (.init(.method, .oneOf(["GET", "HEAD"])), request(method: "head"), false),
            (.init(.query("a"), .exact("1")), request(query: "?a=1"), true),
            (.init(.query("a"), .exact("1")), request(query: "?b=2&a=1&a=2"), true),
            (.init(.query("a"), .exact("2")), request(query: "?b=2&a=1&a=2"), false),
            (.init(.query("a"), .present), request(query: "?a"), true),
            (.init(.query("a"), .exact("")), request(query: "?a&b"), true),
            (.init(.query("a"), .exact("1=2")), request(query: "?a=1=2"), true),
            (.init(.query("a"), .present), request(query: "?aa=1&ba=2&A=3"), false),
            (.init(.query("a"), .present), request(query: "?"), false),
            (.init(.query("a"), .present), request(), false),
            (.init(.query("a"), .exact("x?y")), request(query: "?a=x?y"), true),
            (.init(.query("a b"), .present), request(query: "?a%20b=1"), false),
            (.init(.cookie("a"), .exact("1")), request("/", [("Cookie", "a=1")]), true),
            (.init(.cookie("a"), .exact("1")), request("/", [("Cookie", "b=2; a=1")]), true),
            (.init(.cookie("a"), .exact("1")), request("/", [("Cookie", "b=2;a=1 ;c")]), true),
            (
                .init(.cookie("a"), .exact("1")),
                request("/", [("Cookie", "b=2"), ("cookie", "a=1")]), true
            ),
            (.init(.cookie("a"), .exact("2")), request("/", [("Cookie", "a=1; a=2")]), false),
            (.init(.cookie("a"), .present), request("/", [("Cookie", "a")]), false),
            (.init(.cookie("a"), .present), request("/", [("Cookie", "a=")]), true),
            (.init(.cookie("a"), .present), request("/", [("Cookie", "A=1; aa=1; ;;=")]), false),
            (.init(.cookie("a"), .present), request("/", [("Set-Cookie", "a=1")]), false),
        ] as [(RuleCondition, Request, Bool)])
    func `a condition looks at its subject`(
        condition: RuleCondition, request: Request, expected: Bool
    ) {
        #expect(holds(condition, request) == expected)
    }

    @Test func `the first rule whose conditions all hold decides`() {
        let builder = TableBuilder()
        let qa = RuleCondition(.header("x-env"), .exact("qa"))
        let v2 = RuleCondition(.path, .regex("^/v2/"))
        let path = Samples.path(
            "/",
            edits: [FieldEdit(name: "x-path", value: "p")],
            rules: [
                Samples.rule([qa, v2], tag: "both", to: "both"),
                Samples.rule(
                    [v2], edits: [FieldEdit(name: "x-rule", value: "r")], to: "second"),
                Samples.rule([qa], tag: "third", to: "third"),
            ], [Samples.share(900_000, "main"), Samples.share(100_000, "second")])
        let table = Samples.table(builder, path)
        var desk = Desk()
        func decide(_ path: String, _ fields: [(String, String)] = []) -> Decision {
            desk.decide(
                Request("a.test", path, fields: fields.map { (name: $0.0, value: $0.1) }), table)
        }
        let both = decide("/v2/", [("x-env", "qa")])
        #expect(both.revision.string == "both" && both.tag.string == "both" && both.rule == 0)
        let second = decide("/v2/")
        #expect(second.revision.string == "second" && second.tag.string == "")
        #expect(second.rule == 1 && second.reason == .rule)
        #expect(second.edits.count == 1 && second.edits[0].name.string == "x-rule")
        let third = decide("/", [("x-env", "qa")])
        #expect(third.tag.string == "third" && third.rule == 2)
        let plain = decide("/")
        #expect(plain.rule == -1 && plain.reason == .split && plain.edits.count == 1)
        // The rule's series is the tag's, and the revision's without one.
        let series = builder.catalog.series
        #expect(series.first { $0.id == both.series }?.tag == "both")
        #expect(series.first { $0.id == second.series }?.tag == "")
    }

    @Test func `a rule's target is not counted in the split, and 0 percent is enough for it`() {
        let builder = TableBuilder()
        let path = Samples.path(
            "/", rules: [Samples.rule([.init(.header("x"), .present)], to: "new")],
            [Samples.share(1_000_000, "old"), Samples.share(0, "new")])
        let table = Samples.table(builder, path)
        var desk = Desk()
        let cells = builder.catalog.splits[0].shares.map(\.draws)
        for _ in 0..<10 {
            let request = Request("a.test", fields: [("x", "")])
            #expect(desk.decide(request, table).revision.string == "new")
        }
        #expect(cells.allSatisfy { desk.draws.value($0) == 0 })
        #expect(builder.catalog.splits.count == 1)
    }

    @Test func `a rule goes before the client's key and issues none`() {
        let builder = TableBuilder()
        let path = Samples.path(
            "/", rules: [Samples.rule([.init(.path, .exact("/qa"))], to: "qa")],
            sticky: StickySource(key: .cookie, salt: "s", order: [0, 1]),
            [Samples.share(500_000, "one"), Samples.share(500_000, "two")])
        let table = Samples.table(builder, path)
        var desk = Desk()
        let rule = desk.decide(Request("a.test", "/qa"), table)
        #expect(rule.reason == .rule && !rule.stickiness.isByCookie && rule.bucket == .max)
        #expect(rule.stickiness.issued == nil)
        #expect(desk.decide(Request("a.test", "/"), table).stickiness.issued != nil)
    }

    @Test func `a re-send stays on the revision that its rule chose`() {
        let builder = TableBuilder()
        let split = TrafficRule(
            conditions: [], tag: "blue", access: nil, edits: [],
            splits: [Samples.share(500_000, "x"), Samples.share(500_000, "y")])
        let table = Samples.table(
            builder, Samples.path("/", rules: [split], [Samples.share(1, "main")]))
        var desk = Desk()
        let first = desk.decide(Request("a.test"), table)
        for _ in 0..<10 {
            let again = desk.decide(Request("a.test"), table, preferring: first.series)
            #expect(again.series == first.series && again.reason == .rule)
        }
    }

    // MARK: Limits

    @Test func `rules beyond the limits are refused`() {
        let builder = TableBuilder()
        func refusal(_ rules: [TrafficRule]) -> String? {
            _ = Samples.table(builder, Samples.path("/", rules: rules, [Samples.share(1, "a")]))
            return builder.refusals.first?.reason
        }
        let condition = RuleCondition(.path, .present)
        let rule = Samples.rule([condition], to: "a")
        #expect(refusal(Array(repeating: rule, count: TableLimits.rulesMax)) == nil)
        #expect(refusal(Array(repeating: rule, count: TableLimits.rulesMax + 1)) != nil)
        let many = Array(repeating: condition, count: TableLimits.conditionsMax + 1)
        #expect(refusal([Samples.rule(many, to: "a")]) != nil)
        let wrong = Samples.rule([.init(.path, .regex("("))], to: "a")
        #expect(
            refusal([wrong]) == "the pattern (: missing closing parenthesis at byte 1")
        #expect(builder.patternCount == 0)
        #expect(refusal([rule]) == nil)
    }
}
