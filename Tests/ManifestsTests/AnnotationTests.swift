import Manifests
import Routing
import Testing

/// The annotations `weir.dev/…` of Routes, Services and Ingresses.
struct AnnotationTests {
    /// A Route with a 90/10 split, tags `blue` and `old`, and annotations, one per line.
    static func route(_ annotations: String...) -> String {
        """
        apiVersion: serving.knative.dev/v1
        kind: Route
        metadata:
          name: hello
          annotations:
        \(annotations.map { "    \($0)" }.joined(separator: "\n"))
        spec:
          traffic:
          - {revisionName: hello-9, percent: 90}
          - {revisionName: hello-10, percent: 10, tag: blue}
          - {revisionName: hello-8, percent: 0, tag: old}
          - {revisionName: hello-7, percent: 0}
        ---

        """
    }

    static let revisions =
        configuration() + revision("hello-7") + revision("hello-8") + revision("hello-9")
        + revision("hello-10")

    /// The path of a rule by its first host.
    static func paths(_ made: Compilation, _ host: String) throws -> [PathSource] {
        let rules = try #require(made.routes.first?.rules)
        return try #require(rules.first { $0.hosts.first == host }).paths
    }

    private func defaultPath(_ made: Compilation) throws -> PathSource {
        try #require(try Self.paths(made, "hello.default.example.com").first)
    }

    // MARK: Sticky

    @Test(arguments: [
        ("cookie", StickySource.Key.cookie), ("client-ip", .address),
        ("header:X-User", .header("X-User")),
    ])
    func `a sticky Route keeps its clients, the oldest revision first`(
        value: String, key: StickySource.Key
    ) throws {
        let made = compilation(Self.route("weir.dev/sticky: \(value)") + Self.revisions)
        #expect(made.faults == [] && made.notices == [])
        let path = try defaultPath(made)
        #expect(path.splits.map(\.revision) == ["hello-9", "hello-10"])
        #expect(path.sticky == StickySource(key: key, salt: "default/hello", order: [0, 1]))
    }

    @Test func `the order of a sticky split is the age of the revisions`() throws {
        func aged(_ name: String, _ time: String) -> String {
            """
            apiVersion: serving.knative.dev/v1
            kind: Revision
            metadata: {name: \(name), creationTimestamp: "2026-01-0\(time)T00:00:00Z"}
            ---

            """
        }
        let old = aged("hello-10", "1") + aged("hello-9", "2")
        let made = compilation(Self.route("weir.dev/sticky: cookie") + old)
        #expect(try defaultPath(made).sticky?.order == [1, 0])
        // One that is not loaded has no age: names decide for all.
        let half = compilation(Self.route("weir.dev/sticky: cookie") + aged("hello-10", "1"))
        #expect(try defaultPath(half).sticky?.order == [0, 1])
    }

    @Test func `the order follows a Revision that comes later`() throws {
        var store = store(Self.route("weir.dev/sticky: cookie"))
        #expect(try defaultPath(store.compile()).sticky?.order == [0, 1])
        let list = ["9", "10"].enumerated().map { index, name in
            "{apiVersion: serving.knative.dev/v1, kind: Revision, metadata: {name: hello-\(name), "
                + "labels: {serving.knative.dev/configurationGeneration: '\(5 - index)'}}}\n---\n"
        }
        store.load(file: "z.yaml", text: list.joined())
        #expect(try defaultPath(store.compile()).sticky?.order == [1, 0])
    }

    // MARK: Simple ones

    @Test func `expose-revision and tag-access go into the route`() throws {
        let made = compilation(
            Self.route(
                "weir.dev/expose-revision: \"true\"",
                "weir.dev/tag-access: 10.1.2.3/8, fd00::/8 192.0.2.1,::ffff:10.0.0.0/104")
                + Self.revisions)
        #expect(made.faults == [])
        #expect(
            made.notices.map(\.wrong) == [
                "10.1.2.3/8 has bits behind its prefix: they do not count"
            ])
        #expect(made.routes.first?.exposesRevision == true)
        let access = try #require(
            try Self.paths(made, "blue-hello.default.example.com").first?.access)
        #expect(
            access == [
                NetworkSource(ip: [10, 0, 0, 0], prefix: 8),
                NetworkSource(ip: [0xFD] + [UInt8](repeating: 0, count: 15), prefix: 8),
                NetworkSource(ip: [192, 0, 2, 1], prefix: 32),
            ])
        #expect(try defaultPath(made).access == nil)
    }

    @Test func `a private tag is private behind its header too`() throws {
        let features = """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: config-features}
            data: {tag-header-based-routing: enabled}
            ---

            """
        let made = compilation(
            features + Self.route("weir.dev/tag-access: \"\"", "weir.dev/sticky: cookie")
                + Self.revisions)
        #expect(made.notices.map(\.wrong) == ["is empty: it lets nobody in"])
        let paths = try Self.paths(made, "hello.default.example.com")
        #expect(paths.map(\.tag) == ["blue", "old", ""])
        #expect(paths.map(\.access) == [[], [], nil])
    }

    static let wrong = [
        ("weir.dev/sticky: sometimes", "invalid value: sometimes"),
        ("weir.dev/sticky: 'header:'", "invalid header name \"\""),
        ("weir.dev/sticky: 'header:a b'", "invalid header name \"a b\""),
        ("weir.dev/expose-revision: true", "must be a string, is a boolean"),
        ("weir.dev/expose-revision: 'True'", "invalid value: True"),
        ("weir.dev/tag-access: 10.0.0.0/33", "\"10.0.0.0/33\" is no network"),
        ("weir.dev/tag-access: 10.0.0.0/-1", "\"10.0.0.0/-1\" is no network"),
        ("weir.dev/tag-access: 10.0.0.0/8/8", "\"10.0.0.0/8/8\" is no network"),
        ("weir.dev/tag-access: home", "\"home\" is no network"),
        ("weir.dev/client-certificate: required", "says nothing without weir.dev/client-ca"),
        ("weir.dev/client-ca: other/ca", "invalid value: other/ca"),
        ("weir.dev/client-ca: ca", "Secret \"ca\" is not loaded"),
    ]

    @Test(arguments: wrong)
    func `a wrong value is refused where it stands, and the last good Route stays`(
        line: String, wrong: String
    ) throws {
        let name = String(line.prefix { $0 != ":" })
        var store = store(Self.route("weir.dev/sticky: client-ip"), Self.revisions)
        let before = store.compile()
        store.load(file: "a.yaml", text: Self.route(line))
        let made = store.compile()
        #expect(made.faults.map(\.wrong) == [wrong])
        #expect(made.faults.map(\.field) == ["metadata.annotations.\(name)"])
        #expect(made.faults.map(\.line) == [6])
        #expect(made.routes == before.routes)
        #expect(made.objects.first { $0.kind == "Route" }?.status == .lastGoodKept)
    }

    @Test(arguments: [
        ("weir.dev/stiky: cookie", "unknown annotation", "write weir.dev/sticky"),
        ("weir.dev/rule: '[]'", "unknown annotation", "write weir.dev/rules"),
        ("weir.dev/protocol: h2c", "is not read on a Route", "write it on a Revision"),
    ])
    func `annotations that nobody reads are said with the nearest name`(
        line: String, wrong: String, right: String
    ) {
        let made = compilation(Self.route(line) + Self.revisions)
        #expect(made.faults == [])
        #expect(made.notices.map(\.wrong) == [wrong])
        #expect(made.notices.map(\.right) == [right])
        #expect(made.notices.map(\.line) == [6])
    }

    @Test func `an unknown annotation without a near name lists what is known`() {
        let made = compilation(Self.route("weir.dev/x: y") + Self.revisions)
        #expect(made.notices.first?.right.hasPrefix("known are weir.dev/addresses, ") == true)
    }

    @Test func `of many wrong annotations a hundred are said, in order, where they stand`() {
        let lines = { (name: String) in
            (100..<350).reversed().map { "weir.dev/x\($0): v\n    \(name)x\($0): v" }
                .joined(separator: "\n    ")
        }
        let made = compilation(Self.route(lines("example.com/")) + Self.revisions)
        #expect(made.faults == [])
        #expect(made.notices.count == 100)
        #expect(
            made.notices.map(\.field) == (100..<200).map { "metadata.annotations.weir.dev/x\($0)" })
        // Two lines each, the last first; the first stands on line 6.
        #expect(made.notices.map(\.line) == (100..<200).map { 6 + 2 * (349 - $0) })
        let refused = compilation(Self.route(lines("networking.knative.dev/")) + Self.revisions)
        #expect(
            refused.faults.map(\.wrong)
                == (100..<200).map { "invalid key name \"networking.knative.dev/x\($0)\"" })
        #expect(refused.faults.map(\.line) == (100..<200).map { 7 + 2 * (349 - $0) })
    }

    @Test func `a Service's annotations count as its Route's do`() throws {
        let made = compilation(
            """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata:
              name: hello
              annotations:
                weir.dev/sticky: cookie
                weir.dev/rules: '[{tag: blue, methods: [POST]}]'
            spec:
              traffic:
              - {revisionName: hello-9, percent: 90}
              - {revisionName: hello-10, percent: 10, tag: blue}
            ---

            """ + Self.revisions)
        #expect(made.faults == [])
        let path = try defaultPath(made)
        #expect(path.sticky?.salt == "default/hello")
        #expect(path.trafficRules.map(\.tag) == ["blue"])
    }
}
