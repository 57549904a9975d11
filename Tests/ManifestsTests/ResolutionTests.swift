import Manifests
import Routing
import Testing

/// §1.4 to §1.6 with the folder rules.
struct ResolutionTests {
    private static let service =
        "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: hello}}\n---\n"

    /// Objects, the traffic of a Route named hello, the reason and the message.
    static let failures: [(String, String, String, String)] = [
        (
            "", "{configurationName: x, percent: 100}", "ConfigurationMissing",
            "Configuration \"x\" referenced in traffic not found."
        ),
        (
            "", "{revisionName: x, percent: 100}", "RevisionMissing",
            "Revision \"x\" referenced in traffic not found."
        ),
        (
            configuration("x"), "{configurationName: x, percent: 100}", "RevisionMissing",
            "Configuration \"x\" is waiting for a Revision to become ready."
        ),
        (
            configuration("x") + revision("x-1", of: "x", extra: ready("Unknown")),
            "{configurationName: x, percent: 100}", "RevisionMissing",
            "Configuration \"x\" is waiting for a Revision to become ready."
        ),
        (
            configuration("x") + revision("x-1", of: "x", extra: ready("False")),
            "{configurationName: x, percent: 100}", "RevisionMissing",
            "Configuration \"x\" does not have any ready Revision."
        ),
        (
            configuration("x") + revision("x-1", of: "x", extra: ready("Unknown")),
            "{revisionName: x-1, percent: 100}", "RevisionMissing",
            "Revision \"x-1\" is not yet ready."
        ),
        (
            configuration("x") + revision("x-1", of: "x", extra: ready("False")),
            "{revisionName: x-1, percent: 100}", "RevisionMissing",
            "Revision \"x-1\" failed to become ready."
        ),
        (
            revision("x-1", of: "x"), "{revisionName: x-1, percent: 100}",
            "ConfigurationMissing", "Configuration \"x\" referenced in traffic not found."
        ),
    ]

    private static func ready(_ status: String) -> String {
        "status: {conditions: [{type: Ready, status: '\(status)'}]}"
    }

    @Test(arguments: failures)
    func `a target that does not resolve answers 503 and says why`(
        objects: String, target: String, reason: String, message: String
    ) throws {
        let made = compilation(objects + route("hello", target))
        #expect(made.faults == [])
        #expect(made.notices.map { $0.wrong + "." } == [message])
        #expect(made.notices.map(\.right) == ["its share answers 503 until it is there"])
        let report = try #require(made.objects.first { $0.kind == "Route" })
        #expect(report.status == .served)
        #expect(report.targets.map(\.reason) == [reason])
        #expect(report.targets.map(\.message) == [message])
        let split = try #require(made.routes.first?.rules[0].paths[0].splits.first)
        #expect(split.share == 1_000_000)
        let set = try #require(made.destinations.first { $0.key == split.destinations })
        #expect(set.addresses == [])
    }

    @Test func `a Revision of another Service, or of none, is not owned`() {
        let owned = """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: {name: hello}
            spec: {traffic: [{revisionName: other-1, percent: 60}, {revisionName: free, percent: 40}]}
            ---

            """
        let free = "{apiVersion: serving.knative.dev/v1, kind: Revision, metadata: {name: free}}"
        let made = compilation(
            configuration("other") + revision("other-1", of: "other") + owned + free)
        #expect(
            made.notices.map(\.wrong) == [
                "Revision \"other-1\" belongs to Service \"other\", not Service \"hello\"",
                "Revision \"free\" does not belong to Service \"hello\"",
            ])
    }

    @Test func `only the failing share answers 503`() throws {
        let made = compilation(
            revision("a") + configuration()
                + route("hello", "{revisionName: a, percent: 80}", "{revisionName: b, percent: 20}")
        )
        let splits = try #require(made.routes.first?.rules[0].paths[0].splits)
        #expect(splits.map(\.share) == [800_000, 200_000])
        let counts = splits.map { split in
            made.destinations.first { $0.key == split.destinations }?.addresses.count
        }
        #expect(counts == [1, 0])
    }

    @Test func `the last good share stays while its target is away`() throws {
        var store = store(
            revision("a", port: 1) + configuration(), revision("b", port: 2),
            route("hello", "{revisionName: a, percent: 80}", "{revisionName: b, percent: 20}"))
        let before = store.compile()
        store.remove(file: "b.yaml")
        store.load(
            file: "c.yaml",
            text: route(
                "hello", "{revisionName: a, percent: 60}", "{revisionName: b, percent: 40}"))
        let after = store.compile()
        let splits = try #require(after.routes.first?.rules[0].paths[0].splits)
        #expect(splits.map(\.share) == [600_000, 400_000])
        #expect(Set(after.destinations) == Set(before.destinations))
        #expect(after.notices.map(\.right) == ["its last good share stays until it is there"])
        let target = try #require(after.objects.first { $0.kind == "Route" }?.targets.last)
        #expect(target.isLastGood && target.reason == "RevisionMissing")

        store.load(file: "b.yaml", text: revision("b", port: 3))
        let again = store.compile()
        #expect(again.notices == [])
        let ports = again.destinations.flatMap(\.addresses).map(\.port).sorted()
        #expect(ports == [1, 3])
    }

    @Test func `a share that was dropped from the traffic is forgotten`() {
        let both = route(
            "hello", "{revisionName: a, percent: 80}", "{revisionName: b, percent: 20}")
        var store = store(revision("a") + configuration(), revision("b"), both)
        _ = store.compile()
        store.remove(file: "b.yaml")
        _ = store.compile()
        store.load(file: "c.yaml", text: route("hello", "{revisionName: a, percent: 100}"))
        #expect(store.compile().destinations.count == 1)
        store.load(file: "c.yaml", text: both)
        let made = store.compile()
        #expect(made.notices.map(\.right) == ["its share answers 503 until it is there"])
    }

    @Test func `the latest revision goes by time, then generation, then name`() throws {
        func revision(_ name: String, _ time: String?, _ generation: Int?) -> String {
            let created = time.map { "creationTimestamp: '\($0)', " } ?? ""
            let label = generation.map {
                ", serving.knative.dev/configurationGeneration: '\($0)'"
            }
            return """
                {apiVersion: serving.knative.dev/v1, kind: Revision, metadata: {name: \(name), \
                \(created)labels: {serving.knative.dev/configuration: hello\(label ?? "")}}}
                ---

                """
        }
        func latest(_ revisions: String...) throws -> String {
            let made = compilation(
                Self.service + route("hello", "{configurationName: hello, percent: 100}")
                    + revisions.joined())
            return try #require(made.routes.first?.rules[0].paths[0].splits.first?.revision)
        }
        let old = "2026-01-01T00:00:00Z"
        let new = "2026-01-01T00:00:01Z"
        #expect(try latest(revision("b", old, 9), revision("a", new, 1)) == "a")
        #expect(try latest(revision("b", old, 9), revision("a", old, 10)) == "a")
        #expect(try latest(revision("b", old, 1), revision("a", old, 1)) == "b")
        #expect(try latest(revision("b", nil, 9), revision("a", nil, 10)) == "a")
        #expect(try latest(revision("b", nil, nil), revision("a", nil, nil)) == "b")
        // Without a time: as if made just now.
        #expect(try latest(revision("b", old, nil), revision("a", nil, nil)) == "a")
    }

    @Test func `a status names the latest ready revision while that Revision is ready`() throws {
        func first(_ status: String) throws -> String {
            let made = compilation(
                revision("hello-1") + revision("hello-2")
                    + """
                    apiVersion: serving.knative.dev/v1
                    kind: Configuration
                    metadata: {name: hello}
                    status: {latestReadyRevisionName: \(status)}
                    ---

                    """ + route("hello", "{configurationName: hello, percent: 100}"))
            return try #require(made.routes.first?.rules[0].paths[0].splits.first?.revision)
        }
        #expect(try first("hello-1") == "hello-1")
        #expect(try first("hello-0") == "hello-2")
    }

    @Test func `entries for one revision are merged for routing, and kept apart in status`() throws
    {
        let made = compilation(
            revision("hello-1") + revision("hello-0") + configuration()
                + route(
                    "hello", "{revisionName: hello-1, percent: 30}",
                    "{revisionName: hello-0, percent: 30}",
                    "{configurationName: hello, percent: 20}",
                    "{revisionName: hello-1, percent: 20}"))
        let splits = try #require(made.routes.first?.rules[0].paths[0].splits)
        #expect(splits.map(\.revision) == ["hello-1", "hello-0"])
        #expect(splits.map(\.share) == [700_000, 300_000])
        let targets = try #require(made.objects.first { $0.kind == "Route" }?.targets)
        #expect(targets.map(\.percent) == [50, 30, 20])
        #expect(targets.map(\.isLatest) == [false, false, true])
    }

    @Test func `a tag's group has all, a share of nothing is left out`() throws {
        let made = compilation(
            revision("a") + revision("b") + configuration()
                + route(
                    "hello", "{revisionName: a, percent: 100}",
                    "{revisionName: b, percent: 0, tag: next}"))
        let rules = try #require(made.routes.first?.rules)
        #expect(rules[0].paths[0].splits.map(\.revision) == ["a"])
        #expect(rules[2].paths[0].splits.map(\.revision) == ["b"])
        #expect(rules[2].paths[0].splits.map(\.share) == [1_000_000])
        let target = try #require(made.objects.first { $0.kind == "Route" }?.targets.last)
        #expect(target.url == "http://next-hello.default.example.com")
    }

    @Test func `a Revision that speaks h2c is reached on port 81`() throws {
        let made = compilation(
            revision(
                "a", extra: "spec: {containers: [{name: x}, {ports: [{name: h2c}]}]}")
                + configuration() + route("hello", "{revisionName: a, percent: 100}"))
        let split = try #require(made.routes.first?.rules[0].paths[0].splits.first)
        #expect(split.destinations.port == "81")
        #expect(made.destinations.map(\.protocolToUpstream) == [.h2c])
    }

    @Test func `a Route replaces the one that its Service implies`() throws {
        let made = compilation(
            Self.service + revision("hello-1") + revision("hello-2")
                + route("hello", "{revisionName: hello-1, percent: 100}"))
        #expect(made.routes.count == 1)
        #expect(made.routes.first?.rules[0].paths[0].splits.map(\.revision) == ["hello-1"])
        let report = try #require(made.objects.first { $0.kind == "Service" })
        #expect(report.status == .superseded(by: "Route default/hello"))
    }
}
