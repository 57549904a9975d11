import Manifests
import Routing
import Testing

/// §2: loaded Ingresses.
struct IngressTests {
    private static func ingress(
        _ spec: String, name: String = "hello", annotations: String = "{}", labels: String = "{}",
        created: String = ""
    ) -> String {
        """
        apiVersion: networking.internal.knative.dev/v1alpha1
        kind: Ingress
        metadata: {name: \(name), annotations: \(annotations), labels: \(labels)\(created)}
        spec: \(spec)
        ---

        """
    }

    private static let split =
        "{serviceNamespace: default, serviceName: a, servicePort: 80, percent: 100}"

    private static func spec(
        rule: String = "hosts: [h.test]", path: String = "", splits: String = split,
        more: String = ""
    ) -> String {
        "{rules: [{\(rule), http: {paths: [{\(path)splits: [\(splits)]}]}}]\(more)}"
    }

    /// A specification, the field and the message of its first fault.
    static let bad: [(String, String, String)] = [
        ("{}", "spec", "missing field(s)"),
        ("{httpOption: Enabled}", "spec.rules", "missing field(s)"),
        ("{rules: []}", "spec.rules", "missing field(s)"),
        ("{rules: [{}]}", "spec.rules[0]", "missing field(s)"),
        ("{rules: [{hosts: [h]}]}", "spec.rules[0].http", "missing field(s)"),
        ("{rules: [{hosts: [h], http: {}}]}", "spec.rules[0].http.paths", "missing field(s)"),
        (
            "{rules: [{http: {paths: [{}]}}]}", "spec.rules[0].http.paths[0]", "missing field(s)"
        ),
        (
            "{rules: [{http: {paths: [{path: /a}]}}]}", "spec.rules[0].http.paths[0].splits",
            "missing field(s)"
        ),
        (
            spec(splits: split.replacing("100", with: "99")),
            "spec.rules[0].http.paths[0].splits",
            "traffic split percentage must total to 100, but was 99"
        ),
        (
            spec(splits: "\(split), \(split)"), "spec.rules[0].http.paths[0].splits",
            "traffic split percentage must total to 100, but was 200"
        ),
        (
            spec(splits: split.replacing("100", with: "101")),
            "spec.rules[0].http.paths[0].splits[0].percent", "invalid value: 101"
        ),
        (
            spec(splits: split.replacing("serviceNamespace: default, ", with: "")),
            "spec.rules[0].http.paths[0].splits[0].serviceNamespace", "missing field(s)"
        ),
        (
            spec(splits: split.replacing("default", with: "other")),
            "spec.rules[0].http.paths[0].splits[0].serviceNamespace",
            "service namespace must match ingress namespace"
        ),
        (
            spec(splits: split.replacing("serviceName: a, ", with: "")),
            "spec.rules[0].http.paths[0].splits[0].serviceName", "missing field(s)"
        ),
        (
            spec(splits: split.replacing("servicePort: 80, ", with: "")),
            "spec.rules[0].http.paths[0].splits[0].servicePort", "missing field(s)"
        ),
        (
            spec(splits: split.replacing("servicePort: 80", with: "servicePort: 0")),
            "spec.rules[0].http.paths[0].splits[0].servicePort", "missing field(s)"
        ),
        (
            spec(splits: split.replacing("servicePort: 80", with: "servicePort: 70000")),
            "spec.rules[0].http.paths[0].splits[0].servicePort", "invalid value: 70000"
        ),
        (
            spec(more: ", tls: [{hosts: [h]}]"), "spec.tls[0].secretName", "missing field(s)"
        ),
        (
            spec(more: ", tls: [{secretName: s}]"), "spec.tls[0].secretNamespace",
            "missing field(s)"
        ),
        (spec(more: ", httpOption: Both"), "spec.httpOption", "invalid value: Both"),
        (
            spec(rule: "visibility: Public"), "spec.rules[0].visibility", "invalid value: Public"
        ),
        (
            spec(path: "appendHeaders: {'a b': x}, "),
            "spec.rules[0].http.paths[0].appendHeaders.a b", "invalid header name \"a b\""
        ),
        (
            spec(path: "appendHeaders: {a: \"x\\r\\nb: c\"}, "),
            "spec.rules[0].http.paths[0].appendHeaders.a", "invalid header value"
        ),
        (
            spec(path: "appendHeaders: {Content-Length: \"5\"}, "),
            "spec.rules[0].http.paths[0].appendHeaders.Content-Length",
            "the gateway writes Content-Length itself"
        ),
        (
            spec(rule: "hosts: ['a b']"), "spec.rules[0].hosts[0]", "invalid value: a b"
        ),
    ]

    @Test(arguments: bad)
    func `a bad Ingress is refused with Serving's message`(
        spec: String, field: String, wrong: String
    ) throws {
        let made = compilation(Self.ingress(spec))
        #expect(made.routes == [])
        let fault = try #require(made.faults.first)
        #expect(fault.field == field)
        #expect(fault.wrong == wrong)
    }

    @Test func `defaults: a rule is external, a single split takes all`() throws {
        let made = compilation(
            Self.ingress(Self.spec(splits: Self.split.replacing(", percent: 100", with: ""))))
        let rule = try #require(made.routes.first?.rules.first)
        #expect(rule.isExternal)
        #expect(rule.paths[0].prefix == "/")
        #expect(rule.paths[0].splits[0].share == 1_000_000)
        #expect(
            made.ingress("default", "hello")?.specification
                == "{\"rules\":[{\"hosts\":[\"h.test\"],\"visibility\":\"ExternalIP\",\"http\":"
                + "{\"paths\":[{\"splits\":[{\"serviceNamespace\":\"default\",\"serviceName\":\"a\","
                + "\"servicePort\":80,\"percent\":100}]}]}}]}")
    }

    @Test func `everything that a path says reaches the table`() throws {
        let made = compilation(
            Self.ingress(
                Self.spec(
                    rule: "hosts: [H.Test], visibility: ClusterLocal",
                    path: "path: /a%20b, rewriteHost: r.test, headers: {b: {exact: x}, a: {}}, "
                        + "appendHeaders: {Z: '1', A: '2'}, ",
                    splits: "{serviceNamespace: default, serviceName: s, servicePort: web, "
                        + "percent: 30, appendHeaders: {Knative-Serving-Revision: r}},"
                        + Self.split.replacing("100", with: "70"))))
        #expect(made.faults == [])
        let source = try #require(made.routes.first)
        #expect(source.name == "hello")
        let rule = source.rules[0]
        #expect(rule.hosts == ["h.test"] && !rule.isExternal)
        let path = rule.paths[0]
        #expect(path.prefix == "/a%20b")
        #expect(path.rewriteHost == "r.test")
        #expect(
            path.conditions == [
                FieldCondition(name: "a", value: ""), FieldCondition(name: "b", value: "x"),
            ])
        #expect(path.edits == [FieldEdit(name: "A", value: "2"), FieldEdit(name: "Z", value: "1")])
        #expect(path.splits.map(\.share) == [300_000, 700_000])
        #expect(path.splits.map(\.revision) == ["r", "a"])
        #expect(path.splits.map(\.destinations.port) == ["web", "80"])
    }

    @Test func `a rule inside the cluster is never redirected`() {
        let local = compilation(
            Secret.tls("s", .a),
            Self.ingress(
                Self.spec(
                    rule: "hosts: [a.test], visibility: ClusterLocal",
                    more: ", httpOption: Redirected, tls: [{hosts: [a.test], "
                        + "secretName: s, secretNamespace: default}]")))
        #expect(local.notices == [])
        #expect(local.routes.first?.rules.map(\.redirectsToHTTPS) == [false])
    }

    @Test func `tags come from the annotation and from the header condition`() throws {
        let made = compilation(
            Self.ingress(
                "{rules: [{hosts: [h.test], http: {paths: ["
                    + "{headers: {knative-serving-tag: {exact: blue}}, splits: [\(Self.split)]}, "
                    + "{splits: [\(Self.split)]}]}}, "
                    + "{hosts: [t.test], http: {paths: [{splits: [\(Self.split)]}]}}]}",
                annotations:
                    "{networking.internal.knative.dev/tag-to-host: '{\"green\":[\"t.test\"]}'}"))
        let rules = try #require(made.routes.first?.rules)
        #expect(rules[0].paths.map(\.tag) == ["blue", ""])
        #expect(rules[1].paths.map(\.tag) == ["green"])
    }

    @Test func `the class is looked at only when the setting is on`() {
        let text = Self.ingress(
            Self.spec(), annotations: "{networking.knative.dev/ingress.class: mine}")
        let other = Self.ingress(Self.spec(rule: "hosts: [o.test]"), name: "other")
        #expect(compilation(text + other).routes.count == 2)
        let made = compilation(text + other, options: ManifestOptions(ingressClass: "mine"))
        #expect(made.routes.map(\.key) == ["default/hello"])
        #expect(made.objects.map(\.status) == [.served, .otherClass("")])
    }

    @Test(arguments: [
        "labels: {serving.knative.dev/route: r}",
        "ownerReferences: [{kind: Route, name: r}]",
    ])
    func `an Ingress that belongs to a loaded Route or Service is superseded`(owner: String) {
        let text = """
            apiVersion: networking.internal.knative.dev/v1alpha1
            kind: Ingress
            metadata: {name: other, \(owner)}
            spec: \(Self.spec())
            """
        let service = "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: r}}"
        var store = store(text, service)
        #expect(store.compile().routes.map(\.key) == ["default/r"])
        store.remove(file: "b.yaml")
        #expect(store.compile().routes.map(\.key) == ["default/other"])
    }

    @Test func `a host goes to the older object, then by file and position, and it is said`() {
        let young = Self.ingress(
            Self.spec(), name: "young", created: ", creationTimestamp: '2026-01-02T00:00:00Z'")
        let old = Self.ingress(
            Self.spec(), name: "old", created: ", creationTimestamp: '2026-01-01T00:00:00+00:00'")
        let timeless = Self.ingress(Self.spec(), name: "b") + Self.ingress(Self.spec(), name: "a")
        let made = compilation(timeless, young, old)
        #expect(
            made.routes.map(\.key) == ["default/old", "default/young", "default/b", "default/a"])
        #expect(
            made.notices.map(\.wrong)
                == [String](
                    repeating: "host h.test is served by the older Ingress default/old", count: 3))
        #expect(made.notices.map(\.name) == ["young", "b", "a"])
    }

    @Test func `an object that is being deleted loses its host to any other`() {
        let old = ", creationTimestamp: '2026-01-01T00:00:00Z'"
        let young = Self.ingress(
            Self.spec(), name: "young", created: ", creationTimestamp: '2026-01-02T00:00:00Z'")
        var store = store(Self.ingress(Self.spec(), name: "old", created: old), young)
        #expect(store.compile().routes.map(\.key) == ["default/old", "default/young"])
        let leaving = old + ", deletionTimestamp: '2026-01-03T00:00:00Z'"
        store.load(
            file: "a.yaml", text: Self.ingress(Self.spec(), name: "old", created: leaving))
        let made = store.compile()
        #expect(made.routes.map(\.key) == ["default/young", "default/old"])
        #expect(made.notices.map(\.name) == ["old"])
        store.load(file: "b.yaml", text: Self.ingress(Self.spec(), name: "young", created: ""))
        #expect(store.compile().routes.map(\.key) == ["default/young", "default/old"])
    }

    @Test func `a text that is equal but for its bytes is another text`() {
        let text = { (value: String) in
            Self.ingress(Self.spec(path: "headers: {X: {exact: \(value)}}, "))
        }
        var store = store(text("caf\u{e9}"))
        #expect(store.compile().routes.count == 1)
        store.load(file: "a.yaml", text: text("cafe\u{301}"))
        let conditions = store.compile().routes.flatMap(\.rules).flatMap(\.paths)
            .flatMap(\.conditions)
        #expect(conditions.map { Array($0.value.utf8) } == [Array("cafe\u{301}".utf8)])
    }

    /// Percents and millionths.
    static let shares: [([Int], [UInt32])] = [
        ([100], [1_000_000]), ([1, 99], [10_000, 990_000]), ([0, 100], [0, 1_000_000]),
        ([33, 33, 34], [330_000, 330_000, 340_000]),
    ]

    @Test(arguments: shares)
    func `percents become exact millionths`(percents: [Int], millionths: [UInt32]) throws {
        let splits = percents.map { Self.split.replacing("100", with: "\($0)") }
        let made = compilation(Self.ingress(Self.spec(splits: splits.joined(separator: ", "))))
        #expect(made.routes.first?.rules[0].paths[0].splits.map(\.share) == millionths)
    }

    @Test func `shares of any total sum to the whole, by the largest remainder`() {
        #expect(Shares.millionths([1, 1, 1]) == [333_334, 333_333, 333_333])
        #expect(Shares.millionths([1, 2]) == [333_333, 666_667])
        #expect(Shares.millionths([0, 0]) == [0, 0])
        #expect(Shares.millionths([]) == [])
        var state: UInt64 = 7
        for _ in 0..<200 {
            let percents = (0..<7).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1
                return Int64(state >> 57)
            }
            let sum = Shares.millionths(percents).reduce(0, +)
            #expect(sum == (percents.allSatisfy { $0 == 0 } ? 0 : Share.whole))
        }
    }
}
