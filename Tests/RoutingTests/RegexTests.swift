import Bytes
import Routing
import RoutingReference
import Testing

/// Patterns: their limits, their errors, and how long they live.
struct RegexTests {
    /// Searches a field's value, by way of a rule.
    private final class Search {
        let builder = TableBuilder()
        let table: RouteTable
        var desk = Desk()

        init(_ pattern: String) {
            table = Samples.table(
                builder,
                Samples.path(
                    "/",
                    rules: [Samples.rule([.init(.header("x"), .regex(pattern))], to: "hit")],
                    [Samples.share(1, "miss")]))
        }

        func hits(_ values: String...) -> Bool {
            let request = Request("a.test", fields: values.map { (name: "x", value: $0) })
            return desk.decide(request, table).revision.string == "hit"
        }
    }

    // MARK: Searches that do not end

    @Test(arguments: [
        ("(a+)+$", RegexFailure.matchLimit), ("(a|aa)+$", .matchLimit),
        ("^(a*)*[bc]", .matchLimit), ("(x+x+)+[yz]", .matchLimit),
        // Cubic: few steps from each place, but there are thousands.
        ("a[ab]*a[ab]*[cd]", .matchLimit), ("(*NO_JIT)a[ab]*a[ab]*[cd]", .matchLimit),
        ("(*NO_JIT)(a+)+$", .matchLimit), ("(*NO_JIT)(?:a|b)*[cd]", .depthLimit),
    ])
    func `a catastrophic pattern ends as no match, and is counted`(
        pattern: String, failure: RegexFailure
    ) {
        let search = Search(pattern)
        let text = String(repeating: pattern.contains("x") ? "x" : "a", count: 2000) + "!"
        #expect(!search.hits(text))
        #expect(search.desk.regex.failures.total == 1)
        #expect(search.desk.regex.failures[failure] == 1)
    }

    @Test func `recursion ends at the stack or at a limit`() {
        for pattern in ["^(a(?1)?b)$", "(*NO_JIT)^(a(?1)?b)$"] {
            let search = Search(pattern)
            #expect(search.hits("aaabbb"))
            let text =
                String(repeating: "a", count: 4000) + String(repeating: "b", count: 4000)
            if !search.hits(text) { #expect(search.desk.regex.failures.total == 1) }
        }
    }

    @Test func `the match limit is the matcher's`() {
        let search = Search("(a+)+$")
        let text = String(repeating: "a", count: 7) + "!"
        #expect(!search.hits(text))
        #expect(search.desk.regex.failures.total == 0)
        search.desk.regex = RegexMatcher(matchLimit: 100)
        #expect(!search.hits(text))
        #expect(search.desk.regex.failures[.matchLimit] == 1)
    }

    @Test func `where a search may begin everywhere, the places are free`() {
        let search = Search("[ab]*[cd]")
        #expect(!search.hits(String(repeating: "a", count: 8000)))
        #expect(search.desk.regex.failures.total == 0)
        #expect(search.hits(String(repeating: "a", count: 8000) + "c"))
    }

    // MARK: Sizes

    @Test func `a text is searched up to 8 KiB, joined or not`() {
        let search = Search("b$")
        let long = String(repeating: "a", count: RegexPattern.subjectBytesMax - 1) + "b"
        #expect(search.hits(long))
        #expect(!search.hits("a" + long))
        #expect(search.desk.regex.failures[.subjectTooLong] == 1)
        let half = String(repeating: "a", count: RegexPattern.subjectBytesMax / 2 - 1)
        #expect(search.hits(half, half + "b"))
        #expect(!search.hits(half, half, "b"))
        #expect(search.desk.regex.failures[.subjectTooLong] == 2)
        // And the matcher goes on as before.
        #expect(search.hits("b") && search.hits("a", "b") && !search.hits("c"))
    }

    @Test func `bytes are not characters, and case counts`() {
        let search = Search("^.$")
        #expect(search.hits("a") && !search.hits("ä"))
        let letters = Search("^[a-z]+$")
        #expect(letters.hits("abc") && !letters.hits("ABC"))
        let folded = Search("(?i)^abc$")
        #expect(folded.hits("ABC"))
    }

    // MARK: Patterns

    @Test(
        arguments: [
            ("^/v[0-9]+/", nil), ("a", nil),
            ("", "an empty pattern"), ("(", "missing closing parenthesis at byte 1"),
            ("[a", "missing terminating ] for character class at byte 2"),
            ("*a", "quantifier does not follow a repeatable item at byte 0"),
            ("(*UTF)a", "using UTF is disabled by the application at byte 6"),
            (String(repeating: "a", count: 1024), nil),
            (String(repeating: "a", count: 1025), "a pattern of more than 1024 bytes"),
            (
                String(repeating: "(", count: 60) + String(repeating: ")", count: 60),
                "parentheses are too deeply nested at byte 51"
            ),
        ] as [(String, String?)])
    func `what is wrong with a pattern is told in one line`(pattern: String, wrong: String?) {
        #expect(RegexPattern.check(pattern) == wrong)
    }

    @Test(arguments: [
        ("^/v1", false), ("^v1", true), ("v1", false), ("^/a?b", false), ("/a\\?b=1", true),
        ("^/a\\?b=1$", true), ("^(?!/)", true), ("^(/a|b)", false), ("^.*$", false),
        ("^(a|b)", true), ("/a b", true), ("^/a{9000}", true), ("^$", true), ("(", false),
        ("^\\*$", true), ("^[^/]", true), ("/a\\?", true), ("/a\\??", false), ("/a[?]", false),
        ("/a\\?|/b", false), ("/(a\\?)?b", false), ("/a *b", false), ("/a#", true),
        ("(?x)/a #b", false), ("/\\Qa#\\E", false), ("/[ #]b", false), ("/[]#]b", false),
    ])
    func `a pattern that no path can match is found`(pattern: String, expected: Bool) {
        #expect((RegexPattern.neverMatches(path: pattern) != nil) == expected)
    }

    // MARK: Life

    private func route(_ name: String, _ patterns: String...) -> RouteSource {
        let rules = patterns.map { Samples.rule([.init(.path, .regex($0))], to: "hit") }
        return Samples.route(
            name,
            Samples.rule(
                ["\(name).test"], [Samples.path("/", rules: rules, [Samples.share(1, "x")])]))
    }

    @Test func `a route that is refused takes no room from others`() {
        let builder = TableBuilder(patternsMax: 2)
        _ = builder.update(
            TableChange(routes: [
                RankedRoute(route("a", "^/1", "^/2", "^/3"), at: 0),
                RankedRoute(route("b", "^/4", "(", "^/5"), at: 1),
                RankedRoute(route("c", "^/6", "^/7"), at: 2),
            ]))
        #expect(builder.routeCount == 1)
        #expect(builder.refusals.count == 2)
        #expect(builder.catalog.splits.map(\.route) == ["c"])
    }

    @Test func `a route that found no room for its pattern gets it when there is some`() {
        let builder = TableBuilder(patternsMax: 1)
        func add(_ name: String, _ pattern: String) {
            let ranked = RankedRoute(route(name, pattern), at: name == "a" ? 0 : 1)
            _ = builder.update(TableChange(routes: [ranked]))
        }
        add("a", "^/v1")
        add("b", "^/v2")
        #expect(builder.routeCount == 1)
        #expect(builder.refusals.map(\.reason) == ["too many patterns in the table"])
        let key = builder.refusals.first.map { [$0.key] } ?? []
        #expect(!builder.hasRoomForRefused)
        let last = builder.update(TableChange(routesRemoved: [route("a", "^/v1").key]))
        builder.reclaim(served: last.version)
        #expect(builder.hasRoomForRefused)
        _ = builder.update(TableChange())
        #expect(!builder.hasRoomForRefused)
        #expect(builder.routeCount == 1 && builder.refusals.isEmpty)
        #expect(builder.catalog.splits.map(\.routeKey) == key)
    }

    @Test func `equal patterns are one, and die when no worker can use them`() {
        let builder = TableBuilder()
        let sets = Samples.destinations(["hit", "x"])
        let first = builder.update(
            routes: [route("a", "^/v1", "^/v2"), route("b", "^/v1")], destinations: sets)
        #expect(builder.patternCount == 2)
        let second = builder.update(routes: [route("b", "^/v1")], destinations: sets)
        #expect(builder.patternCount == 1)
        // Not reclaimed: a worker on the old table searches with what is gone from the new.
        var desk = Desk()
        #expect(desk.decide(Request("a.test", "/v2"), RouteTable(first)).rule == 1)
        #expect(desk.decide(Request("b.test", "/v1"), RouteTable(second)).rule == 0)
        builder.reclaim(served: second.version)
        #expect(desk.decide(Request("b.test", "/v1"), RouteTable(second)).rule == 0)
        // A refused route leaves nothing behind.
        _ = builder.update(routes: [route("b", "^/v1"), route("c", "x", "(")], destinations: sets)
        #expect(builder.patternCount == 1)
        #expect(builder.refusals.count == 1)
    }
}
