import Manifests
import Routing
import Testing

/// The rules of a folder of manifests: what is kept, what is replaced, what is said.
struct FolderTests {
    private static let good =
        route("hello", "{revisionName: a, percent: 100}") + revision("a")
        + configuration()

    @Test(arguments: [
        ("kind: [", "a.yaml:2: does not parse"),
        ("a: b\n\tc: d\n", "a.yaml:2: does not parse"),
        ("", "a.yaml:1: has become empty"),
        ("# nothing\n---\n---\n", "a.yaml:1: has become empty"),
        ("a: 1\na: 2\n", "a.yaml:1: a: stands twice, write it once"),
        (
            "a: *b\n",
            "a.yaml:1: a: the alias *b has no anchor in its document, write the anchor before it"
        ),
        ("a: \u{1}\n", "a.yaml:1: does not parse: control characters are not allowed"),
    ])
    func `a file that does not parse or is empty keeps its objects`(
        text: String, fault: String
    ) {
        var store = store(Self.good)
        let before = store.compile()
        store.load(file: "a.yaml", text: text)
        let after = store.compile()
        #expect(after.routes == before.routes && !after.routes.isEmpty)
        #expect(Set(after.destinations) == Set(before.destinations))
        #expect(after.faults.count == 1)
        #expect(after.faults.first?.description.hasPrefix(fault) == true)
        #expect(
            after.objects.filter { $0.status == .lastGoodKept }.count == 3)
        // Said again only when it changes: the same fault is equal.
        #expect(store.compile().faults == after.faults)
        store.load(file: "a.yaml", text: Self.good)
        let healed = store.compile()
        #expect(healed.faults == [])
        #expect(healed.routes == before.routes)
    }

    @Test func `a file that was always empty is no fault, and a removed one is gone`() {
        var store = store("")
        #expect(store.compile().faults == [])
        store.load(file: "a.yaml", text: Self.good)
        #expect(store.compile().routes.count == 1)
        store.remove(file: "a.yaml")
        let made = store.compile()
        #expect(made.routes == [] && made.destinations == [] && made.objects == [])
        store.remove(file: "never.yaml")
    }

    @Test func `an object that got invalid keeps its last good version, others move on`() throws {
        let other = route("other", "{revisionName: a, percent: 100}")
        var store = store(Self.good + other)
        _ = store.compile()
        store.load(
            file: "a.yaml",
            text: Self.good.replacing("percent: 100", with: "percent: 90")
                + route("other", "{revisionName: a, percent: 100, tag: t}"))
        let made = store.compile()
        #expect(made.faults.map(\.wrong) == ["Traffic targets sum to 90, want 100"])
        #expect(made.routes.map(\.name).sorted() == ["hello", "other"])
        let rules = made.routes.map { ($0.name, $0.rules.count) }.sorted { $0.0 < $1.0 }
        #expect(rules.map(\.1) == [2, 4])
        let report = try #require(made.objects.first { $0.name == "hello" && $0.kind == "Route" })
        #expect(report.status == .lastGoodKept)
        #expect(report.faults.count == 1)
    }

    @Test func `a document that says nothing of itself removes nothing`() {
        var store = store(Self.good)
        _ = store.compile()
        store.load(file: "a.yaml", text: "apiVersion: serving.kn")
        let made = store.compile()
        #expect(made.routes.count == 1)
        #expect(made.faults.map(\.wrong) == ["missing field(s)"])
    }

    @Test func `an object that was read again unchanged can still be changed`() {
        var store = store(Self.good)
        _ = store.compile()
        for port in [9001, 9001, 9002, 9002, 9003] {
            store.load(
                file: "a.yaml",
                text: Self.good.replacing("127.0.0.1:9001", with: "127.0.0.1:\(port)"))
            let made = store.compile()
            #expect(made.destinations.flatMap(\.addresses).map { Int($0.port) } == [port])
            #expect(made.objects.count == 3)
        }
    }

    @Test func `an object that left its file is gone`() {
        var store = store(Self.good)
        _ = store.compile()
        store.load(file: "a.yaml", text: configuration())
        #expect(store.compile().routes == [])
    }

    @Test func `the first of two objects of one name is in force, the other is said`() throws {
        let second = route("hello", "{revisionName: b, percent: 100}")
        var store = store(Self.good, second)
        let made = store.compile()
        #expect(made.routes.first?.rules[0].paths[0].splits.map(\.revision) == ["a"])
        #expect(made.notices.map(\.wrong) == ["is defined already at a.yaml:1"])
        #expect(
            made.objects.filter { $0.kind == "Route" }.map(\.status)
                == [.served, .superseded(by: "a.yaml:1")])
        store.remove(file: "a.yaml")
        let after = store.compile()
        #expect(after.routes.first?.rules[0].paths[0].splits.map(\.revision) == ["b"])
        #expect(after.notices.map(\.name) == ["hello"])
    }

    @Test func `of many objects of one name in a file the first is in force`() throws {
        let routes = (0..<40).map { route("hello", "{revisionName: r\($0), percent: 100}") }
        let other = route("other", "{revisionName: a, percent: 100}")
        var store = store(routes[..<20].joined() + other + routes[20...].joined())
        let made = store.compile()
        #expect(made.routes.map(\.key) == ["default/hello", "default/other"])
        #expect(made.routes[0].rules[0].paths[0].splits.map(\.revision) == ["r0"])
        let duplicates = { (made: Compilation) in
            made.notices.map(\.wrong).filter { $0.hasPrefix("is defined already") }
        }
        #expect(duplicates(made).count == 39)
        #expect(duplicates(made).allSatisfy { $0.hasSuffix(" at a.yaml:1") })
        // A file of its own with more of them, before and behind.
        store.load(file: "0.yaml", text: routes[20] + routes[21])
        let before = store.compile()
        #expect(before.routes[0].rules[0].paths[0].splits.map(\.revision) == ["r20"])
        #expect(duplicates(before).count == 41)
        store.load(file: "a.yaml", text: other)
        store.load(file: "z.yaml", text: routes[5] + routes[6])
        #expect(duplicates(store.compile()).count == 3)
        store.remove(file: "0.yaml")
        #expect(
            store.compile().routes.last?.rules[0].paths[0].splits.map(\.revision) == ["r5"])
    }

    @Test func `the list of a kind is read, its items with their kind or without`() {
        let item = "metadata: {name: a}, spec: {traffic: [{revisionName: r, percent: 100}]}"
        let named = "{apiVersion: serving.knative.dev/v1, kind: Route, "
        let made = compilation(
            """
            apiVersion: serving.knative.dev/v1
            kind: RouteList
            items:
            - \(named)\(item)}
            - {\(item.replacing("name: a", with: "name: b"))}
            - {kind: Route, \(item)}
            ---
            apiVersion: v1
            kind: PodList
            items: [{metadata: {name: p}}]
            """)
        #expect(made.routes.map(\.key) == ["default/a", "default/b"])
        #expect(
            made.faults.map(\.description)
                == ["a.yaml:6: apiVersion: missing field(s), write apiVersion"])
        #expect(made.notices.last?.wrong == "PodList (v1) is not read: skipped")
    }

    @Test func `lists that stand too deep in one another are refused`() {
        func nested(_ depth: Int) -> String {
            var text =
                "{apiVersion: serving.knative.dev/v1, kind: Configuration, metadata: {name: c}}"
            for _ in 0..<depth { text = "{apiVersion: v1, kind: List, items: [\(text)]}" }
            return text
        }
        #expect(compilation(nested(3)).objects.map(\.kind) == ["Configuration"])
        let made = compilation(nested(4))
        #expect(made.faults.map(\.wrong) == ["lists stand in one another more than 3 deep"])
    }

    @Test func `unknown kinds are skipped and said once per kind`() {
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: p}}\n---\n"
        let made = compilation(pod + pod, pod + Self.good)
        #expect(made.notices.map(\.wrong) == ["Pod (v1) is not read: skipped"])
        #expect(made.routes.count == 1)
    }

    /// Kind, version, and what would be right.
    static let misspelt = [
        ("route", "serving.knative.dev/v1", "kind: Route with apiVersion: serving.knative.dev/v1"),
        ("Routes", "serving.knative.dev/v1", "kind: Route with apiVersion: serving.knative.dev/v1"),
        ("Service", "serving.knative.dev/v2", "serving.knative.dev/v1"),
        ("Route", "v1", "serving.knative.dev/v1"),
        ("Route", "serving.knative.dev", "serving.knative.dev/v1"),
        ("Service", "v2", "v1"),
        ("Ingress", "networking.knative.dev/v1alpha1", "networking.internal.knative.dev/v1alpha1"),
    ]

    @Test(arguments: misspelt)
    func `our kinds in a wrong spelling are faults`(kind: String, version: String, right: String) {
        let made = compilation("{apiVersion: \(version), kind: \(kind), metadata: {name: r}}")
        #expect(made.notices == [])
        #expect(made.faults.map(\.right) == ["write \(right)"])
        #expect(made.faults.map(\.name) == ["r"])
        #expect(made.objects.map(\.status) == [.refused])
    }

    @Test(arguments: [
        ("Ingress", "networking.k8s.io/v1"), ("Route", "route.openshift.io/v1"),
        ("ServerlessService", "networking.internal.knative.dev/v1alpha1"), ("Pod", "v1"),
    ])
    func `the kinds of others are skipped`(kind: String, version: String) {
        let made = compilation("{apiVersion: \(version), kind: \(kind), metadata: {name: r}}")
        #expect(made.faults == [])
        #expect(made.notices.map(\.wrong) == ["\(kind) (\(version)) is not read: skipped"])
    }

    @Test func `a split beyond the table's limit is refused where it stands`() {
        let targets = (0..<65).map { "{revisionName: r\($0), percent: \($0 < 35 ? 2 : 1)}" }
        let made = compilation(
            "{apiVersion: serving.knative.dev/v1, kind: Route, metadata: {name: r},\n"
                + " spec: {traffic: [\(targets.joined(separator: ", "))]}}")
        #expect(
            made.faults.map(\.description) == [
                "a.yaml:2: spec.traffic: 65 splits, at most 64 would be right"
            ])
    }

    @Test func `after a text that does not parse the faults of the older one are gone`() {
        var store = store("{apiVersion: serving.knative.dev/v1, kind: Route, metadata: {}}")
        #expect(!store.compile().faults.isEmpty)
        store.load(file: "a.yaml", text: "kind: [")
        #expect(store.compile().faults.count == 1)
    }

    @Test func `what compiling finds wrong is said at its own line`() {
        let made = compilation(
            """
            apiVersion: serving.knative.dev/v1
            kind: Route
            metadata:
              name: hello
              annotations:
                networking.knative.dev/http-protocol: sometimes
            spec: {traffic: [{revisionName: a, percent: 100}]}
            """)
        #expect(made.faults.map(\.line) == [6])
    }

    @Test func `lists are unrolled, in YAML and JSON`() {
        let list = """
            {"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": [
            \t{"apiVersion": "serving.knative.dev/v1", "kind": "Configuration",
            \t "metadata": {"name": "hello"}},
              {"apiVersion": "serving.knative.dev/v1", "kind": "Route",
               "metadata": {"name": "hello"},
               "spec": {"traffic": [{"configurationName": "hello", "percent": 130}]}}
            ]}
            """
        let made = compilation(list)
        #expect(
            made.faults.map(\.line) == [6, 6] && made.faults.map(\.kind) == ["Route", "Route"])
        #expect(made.objects.map(\.kind) == ["Configuration", "Route"])
        #expect(compilation("{apiVersion: v1, kind: List, items: []}").faults == [])
    }

    @Test func `an empty list removes what the file had`() {
        var store = store(Self.good)
        _ = store.compile()
        store.load(file: "a.yaml", text: "{apiVersion: v1, kind: List, items: []}")
        #expect(store.compile().routes == [])
    }

    @Test func `the order of loading does not matter`() throws {
        let texts = [
            "a": Self.good, "b": route("two", "{revisionName: a, percent: 100}"),
            "c": "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: three}}",
            "d": route("hello", "{revisionName: x, percent: 100}"),
        ]
        var first: Compilation?
        for seed in 0..<12 {
            var generator = Seeded(state: UInt64(seed))
            var store = ManifestStore()
            for (file, text) in texts.shuffled(using: &generator) {
                store.load(file: file, text: text)
                if Bool.random(using: &generator) { _ = store.compile() }
            }
            let made = store.compile()
            if let first {
                #expect(made.routes == first.routes)
                #expect(Set(made.destinations) == Set(first.destinations))
                #expect(made.faults == first.faults && made.notices == first.notices)
                #expect(made.objects == first.objects)
            } else {
                first = made
            }
        }
    }
}

/// A small generator for tests that repeat by seed.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
