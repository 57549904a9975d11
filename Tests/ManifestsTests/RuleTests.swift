import Manifests
import Routing
import Testing

/// `weir.dev/rules`: which requests go to which tag or revision.
struct RuleTests {
    /// The Route of `AnnotationTests` with these rules as a literal block; they start at line 7.
    private static func route(_ lines: String...) -> String {
        AnnotationTests.route(
            "weir.dev/rules: |", lines.joined(separator: "\n").indented(by: 6))
    }

    private func rules(_ made: Compilation) throws -> [TrafficRule] {
        let paths = try AnnotationTests.paths(made, "hello.default.example.com")
        return try #require(paths.last).trafficRules
    }

    @Test func `rules stand on the default path with their targets' shares`() throws {
        let made = compilation(
            Self.route(
                "- path-regex: ^/v[0-9]+/",
                "  methods: [GET, POST]",
                "  headers: {X-Env: qa, X-User: {present: true}}",
                "  query: {debug: {exact: '1'}}",
                "  cookies: {beta: {regex: '^(on|yes)$'}}",
                "  tag: blue",
                "- headers: {X-Env: {regex: ^old}}",
                "  revision: hello-7",
                "- revision: hello-9") + AnnotationTests.revisions)
        #expect(made.faults == [] && made.notices == [])
        let rules = try rules(made)
        #expect(rules.map(\.tag) == ["blue", "", ""])
        #expect(
            rules[0].conditions == [
                RuleCondition(.path, .regex("^/v[0-9]+/")),
                RuleCondition(.method, .oneOf(["GET", "POST"])),
                RuleCondition(.header("X-Env"), .exact("qa")),
                RuleCondition(.header("X-User"), .present),
                RuleCondition(.query("debug"), .exact("1")),
                RuleCondition(.cookie("beta"), .regex("^(on|yes)$")),
            ])
        #expect(rules[1].conditions == [RuleCondition(.header("X-Env"), .regex("^old"))])
        #expect(rules[2].conditions == [])
        #expect(
            rules.map { $0.splits.map(\.revision) } == [["hello-10"], ["hello-7"], ["hello-9"]])
        #expect(
            rules.flatMap { $0.splits.map(\.share) } == [Share.whole, Share.whole, Share.whole])
        // A revision at 0 % gets addresses for its rule only.
        let known = Set(made.destinations.map(\.key.service))
        #expect(known == ["hello-7", "hello-8", "hello-9", "hello-10"])
        // Tag hosts have no rules.
        #expect(
            try AnnotationTests.paths(made, "blue-hello.default.example.com")[0].trafficRules == [])
    }

    @Test func `a tag's rule has the tag's access and header`() throws {
        let features = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: config-features}
            data: {tag-header-based-routing: enabled}
            ---

            """
        let made = compilation(
            features
                + AnnotationTests.route(
                    "weir.dev/tag-access: 10.0.0.0/8",
                    "weir.dev/rules: '[{tag: blue}, {revision: hello-7}]'")
                + AnnotationTests.revisions)
        let paths = try AnnotationTests.paths(made, "hello.default.example.com")
        #expect(paths.map(\.trafficRules.count) == [0, 0, 2])
        let rules = try rules(made)
        #expect(rules.map(\.access) == [[NetworkSource(ip: [10, 0, 0, 0], prefix: 8)], nil])
        #expect(
            rules.map(\.edits) == [
                [FieldEdit(name: "Knative-Serving-Tag", value: "blue")],
                [FieldEdit(name: "Knative-Serving-Default-Route", value: "true")],
            ])
    }

    /// Rules, the field after `…/rules`, the line (the first is 7), and what is wrong.
    static let wrong: [(String, String, Int, String)] = [
        ("- tag: green", "[0].tag", 7, "tag \"green\" is not in the traffic"),
        (
            "- tag: blue\n- revision: hello-6", "[1].revision", 8,
            "revision \"hello-6\" is not in the traffic"
        ),
        (
            "- methods: [GET]", "[0].revision, metadata.annotations.weir.dev/rules[0].tag", 7,
            "expected exactly one, got neither"
        ),
        (
            "- tag: blue\n  revision: hello-9",
            "[0].revision, metadata.annotations.weir.dev/rules[0].tag", 7,
            "expected exactly one, got both"
        ),
        ("- tag: blue\n  path-regex: '('", "[0].path-regex", 8, "*"),
        ("- tag: blue\n  path-regex: ''", "[0].path-regex", 8, "missing field(s)"),
        ("- tag: blue\n  path-regex: 7", "[0].path-regex", 8, "must be a string, is a number"),
        ("- tag: blue\n  path: /a", "[0].path", 8, "unknown field"),
        ("- tag: blue\n  header: {a: b}", "[0].header", 8, "unknown field"),
        (
            "- tag: blue\n  headers:\n    X-A: {regexp: a}", "[0].headers.X-A.regexp", 9,
            "unknown field"
        ),
        (
            "- tag: blue\n  headers: {X-A: {exact: a, regex: b}}", "[0].headers.X-A", 8,
            "expected exactly one, got several"
        ),
        (
            "- tag: blue\n  headers: {X-A: {}}", "[0].headers.X-A", 8,
            "expected exactly one, got neither"
        ),
        (
            "- tag: blue\n  headers: {X-A: {present: false}}", "[0].headers.X-A.present", 8,
            "absence is no condition"
        ),
        (
            "- tag: blue\n  headers: {X-A: 1}", "[0].headers.X-A", 8,
            "must be a string, is a number"
        ),
        ("- tag: blue\n  headers: {X-A: }", "[0].headers.X-A", 8, "missing field(s)"),
        ("- tag: blue\n  headers: {X A: b}", "[0].headers.X A", 8, "invalid header name \"X A\""),
        (
            "- tag: blue\n  headers: {X-A: ' b'}", "[0].headers.X-A", 8,
            "is no value that a request could have"
        ),
        ("- tag: blue\n  headers: [a]", "[0].headers", 8, "must be a map, is a list"),
        ("- tag: blue\n  query: {'a=b': c}", "[0].query.a=b", 8, "invalid parameter name \"a=b\""),
        (
            "- tag: blue\n  query: {a: 'b c'}", "[0].query.a", 8,
            "is no value that a request could have"
        ),
        (
            "- tag: blue\n  cookies: {a: 'b;c'}", "[0].cookies.a", 8,
            "is no value that a request could have"
        ),
        ("- tag: blue\n  cookies: {'a;': b}", "[0].cookies.a;", 8, "invalid cookie name \"a;\""),
        ("- tag: blue\n  methods: []", "[0].methods", 8, "0 methods"),
        ("- tag: blue\n  methods: GET", "[0].methods", 8, "*"),
        ("- tag: blue\n  methods: ['G T']", "[0].methods[0]", 8, "invalid method \"G T\""),
        ("- blue", "[0]", 7, "*"),
        ("tag: blue", "", 7, "must be a list, is a map"),
        ("- [", "", 8, "*"),
        ("- tag: blue\n---\n- tag: blue", "", 6, "has 2 documents"),
    ]

    @Test(arguments: wrong)
    func `a wrong rule is refused at its line, and the last good Route stays`(
        rules: String, field: String, line: Int, wrong: String
    ) throws {
        var store = store(Self.route("- tag: blue"), AnnotationTests.revisions)
        let before = store.compile()
        #expect(try self.rules(before).count == 1)
        store.load(file: "a.yaml", text: Self.route(rules))
        let made = store.compile()
        let fault = try #require(made.faults.first)
        #expect(fault.field == "metadata.annotations.weir.dev/rules\(field)")
        #expect(fault.line == line)
        if wrong != "*" { #expect(fault.wrong == wrong) }
        #expect(made.routes == before.routes)
        #expect(made.objects.first { $0.kind == "Route" }?.status == .lastGoodKept)
    }

    @Test(arguments: [0, 10])
    func `a rule to a revision stays while that is the latest too`(percent: Int) throws {
        let service = """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: {name: hello, annotations: {weir.dev/rules: '[{revision: hello-2}]'}}
            spec:
              traffic:
              - {latestRevision: true, percent: \(100 - percent)}
              - {revisionName: hello-2, percent: \(percent)}
            ---

            """
        var store = store(service, revision("hello-1") + revision("hello-2"))
        let latest = try rules(store.compile())
        #expect(latest.map { $0.splits.map(\.revision) } == [["hello-2"]])
        #expect(latest.map { $0.splits.map(\.share) } == [[Share.whole]])
        store.load(
            file: "b.yaml", text: revision("hello-2") + revision("hello-3"))
        #expect(try rules(store.compile()) == latest)
    }

    @Test func `there are limits to rules, conditions, patterns and texts`() {
        func wrong(_ rules: String) -> [String] {
            let made = compilation(Self.route(rules) + AnnotationTests.revisions)
            return made.faults.map(\.wrong)
        }
        let many = Array(repeating: "- tag: blue", count: 33)
        #expect(wrong(many.joined(separator: "\n")) == ["33 rules"])
        #expect(wrong(many.dropLast().joined(separator: "\n")) == [])
        let headers = (0..<17).map { "X-\($0): a" }
        #expect(
            wrong("- tag: blue\n  headers: {\(headers.joined(separator: ", "))}")
                == ["17 conditions"])
        #expect(
            wrong("- tag: blue\n  headers: {\(headers.dropLast().joined(separator: ", "))}") == [])
        let long = String(repeating: "a", count: 1025)
        #expect(wrong("- tag: blue\n  path-regex: \(long)").count == 1)
        #expect(
            wrong("- tag: blue\n  headers: {A: \(String(repeating: "a", count: 8193))}")
                == ["is no value that a request could have"])
        #expect(wrong("# \(String(repeating: "a", count: 65_536))") == ["is larger than 64 KiB"])
    }

    @Test func `a text that is no literal block has the line of its annotation`() {
        let made = compilation(
            AnnotationTests.route("weir.dev/rules: \"- tag: blue\\n- tag: green\"")
                + AnnotationTests.revisions)
        #expect(made.faults.map(\.line) == [6])
        #expect(made.faults.map(\.field) == ["metadata.annotations.weir.dev/rules[1].tag"])
    }

    @Test func `no rules at all are no fault, and methods in lower case are said`() throws {
        let none = compilation(
            AnnotationTests.route("weir.dev/rules: ''") + AnnotationTests.revisions)
        #expect(none.faults == [])
        let lower = compilation(
            Self.route("- tag: blue", "  methods: [get]") + AnnotationTests.revisions)
        #expect(lower.faults == [])
        #expect(lower.notices.map(\.right) == ["write GET"])
    }

    // MARK: Ingress

    private static func ingress(_ rules: String) -> String {
        """
        apiVersion: networking.internal.knative.dev/v1alpha1
        kind: Ingress
        metadata:
          name: i
          annotations:
            networking.internal.knative.dev/tag-to-host: '{"blue": ["blue.test"]}'
            weir.dev/rules: '\(rules)'
            weir.dev/sticky: cookie
            weir.dev/tag-access: 10.0.0.0/8
        spec:
          rules:
          - hosts: [i.test]
            http:
              paths:
              - path: /.well-known/acme-challenge/x
                splits: [{serviceNamespace: default, serviceName: acme, servicePort: 80}]
              - headers: {Knative-Serving-Tag: {exact: red}}
                splits: [{serviceNamespace: default, serviceName: c, servicePort: 80}]
              - splits:
                - {serviceNamespace: default, serviceName: b, servicePort: 80, percent: 60,
                   appendHeaders: {Knative-Serving-Revision: r-2}}
                - {serviceNamespace: default, serviceName: a, servicePort: 80, percent: 40}
          - hosts: [blue.test]
            http: {paths: [{splits: [{serviceNamespace: default, serviceName: d, servicePort: 80}]}]}
        ---

        """
    }

    @Test func `an Ingress's rules name its splits and its tags`() throws {
        let made = compilation(
            Self.ingress("[{revision: r-2}, {revision: a}, {tag: blue}, {tag: red}]"))
        #expect(made.faults == [])
        let paths = try AnnotationTests.paths(made, "i.test")
        #expect(paths.map(\.tag) == ["", "red", ""])
        // The solver of a challenge is no part of the traffic.
        #expect(paths.map(\.trafficRules.count) == [0, 0, 4])
        #expect(paths.map { $0.sticky == nil } == [true, false, false])
        #expect(paths.map { $0.access == nil } == [true, false, true])
        #expect(paths[2].sticky?.order == [1, 0])
        #expect(
            paths[2].trafficRules.map { $0.splits.map(\.destinations.service) }
                == [["b"], ["a"], ["d"], ["c"]])
        #expect(paths[2].trafficRules.map(\.tag) == ["", "", "blue", "red"])
    }

    @Test func `an Ingress's rules name nothing else`() {
        let made = compilation(Self.ingress("[{revision: b}, {tag: green}]"))
        #expect(
            made.faults.map(\.wrong) == [
                "revision \"b\" is not in the traffic", "tag \"green\" is not in the traffic",
            ])
        #expect(made.faults.map(\.line) == [7, 7])
        #expect(made.routes == [])
    }
}

extension String {
    /// With blanks before each line.
    func indented(by count: Int) -> String {
        split(separator: "\n", omittingEmptySubsequences: false)
            .map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
            .replacing(/\A {4}/, with: "")
    }
}
