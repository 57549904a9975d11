import Manifests
import Testing

/// §1.2 and §1.3, message for message.
struct TrafficValidationTests {
    private static let label =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with "
        + "an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or "
        + "'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"

    /// Traffic of a Route, the field and the message.
    static let routes: [([String], String, String)] = [
        (["{revisionName: a, percent: 90}"], "spec.traffic", "Traffic targets sum to 90, want 100"),
        ([], "spec.traffic", "Traffic targets sum to 0, want 100"),
        (
            ["{revisionName: a, percent: 120}", "{revisionName: b, percent: -20}"],
            "spec.traffic[0].percent", "expected 0 <= 120 <= 100"
        ),
        (
            ["{revisionName: a, percent: -1}", "{revisionName: b, percent: 101}"],
            "spec.traffic[0].percent", "expected 0 <= -1 <= 100"
        ),
        (
            ["{revisionName: a, configurationName: b, percent: 100}"],
            "spec.traffic[0].configurationName, spec.traffic[0].revisionName",
            "expected exactly one, got both"
        ),
        (
            ["{percent: 100}"],
            "spec.traffic[0].configurationName, spec.traffic[0].revisionName",
            "expected exactly one, got neither"
        ),
        (
            ["{revisionName: a, latestRevision: true, percent: 100}"],
            "spec.traffic[0].latestRevision",
            "may not set revisionName \"a\" when latestRevision is true"
        ),
        (
            ["{configurationName: a, latestRevision: false, percent: 100}"],
            "spec.traffic[0].latestRevision",
            "may not set revisionName \"\" when latestRevision is false"
        ),
        (
            ["{revisionName: a_, percent: 100}"], "spec.traffic[0].revisionName",
            "invalid key name \"a_\""
        ),
        (
            ["{configurationName: 'a b', percent: 100}"], "spec.traffic[0].configurationName",
            "invalid key name \"a b\""
        ),
        (
            ["{revisionName: a, percent: 100}", "{revisionName: a, percent: 0, tag: Up}"],
            "spec.traffic.tag[1]", "invalid value: not a DNS 1035 label: [\(label)]"
        ),
        (
            [
                "{revisionName: a, percent: 100}",
                "{revisionName: a, tag: \(String(repeating: "a", count: 64))}",
            ],
            "spec.traffic.tag[1]",
            "invalid value: not a DNS 1035 label: [must be no more than 63 characters]"
        ),
        (
            ["{revisionName: a, tag: t, percent: 50}", "{revisionName: a, tag: t, percent: 50}"],
            "spec.traffic[0].tag, spec.traffic[1].tag", "Multiple definitions for \"t\""
        ),
        (
            ["{revisionName: a, percent: 100, url: 'http://x'}"], "spec.traffic[0].url",
            "must not set the field(s)"
        ),
        (
            ["{revisionName: a, percent: 100, tag: t, url: 'http://x'}"], "spec.traffic[0].url",
            "must not set the field(s)"
        ),
        (
            ["{revisionName: a, percent: '100'}"], "spec.traffic[0].percent",
            "must be an integer, is a string"
        ),
        (
            ["{revisionName: a, percent: 99.5}"], "spec.traffic[0].percent",
            "must be an integer, is a number"
        ),
        (
            ["{revisionName: a, percent: 123456789012345678901234567890}"],
            "spec.traffic[0].percent", "must be an integer, is a number"
        ),
        (
            ["{revisionName: 1, percent: 100}"], "spec.traffic[0].revisionName",
            "must be a string, is a number"
        ),
    ]

    @Test(arguments: routes)
    func `a bad Route is refused with Serving's message`(
        traffic: [String], field: String, wrong: String
    ) throws {
        let entries = traffic.map { "  - \($0)" }.joined(separator: "\n")
        let made = compilation(
            """
            apiVersion: serving.knative.dev/v1
            kind: Route
            metadata: {name: hello}
            spec:
              traffic:
            \(entries)
            """)
        #expect(made.routes == [])
        let fault = try #require(made.faults.first)
        #expect(fault.field == field)
        #expect(fault.wrong == wrong)
        #expect(fault.kind == "Route" && fault.name == "hello")
        #expect(!fault.right.isEmpty)
        #expect(made.objects.map(\.status) == [.refused])
    }

    @Test func `a fault says file, line, field, what is wrong and what would be right`() {
        let made = compilation(
            """
            # a comment
            apiVersion: serving.knative.dev/v1
            kind: Route
            metadata:
              name: hello
            spec:
              traffic:
              - revisionName: a
                percent: 100
              - revisionName: b
                percent: 130
            """)
        #expect(
            made.faults.map(\.description) == [
                "a.yaml:11: spec.traffic[1].percent: expected 0 <= 130 <= 100, "
                    + "write a percent from 0 to 100",
                "a.yaml:7: spec.traffic: Traffic targets sum to 230, want 100, "
                    + "let the percents sum to 100",
            ])
    }

    /// Metadata, the field and the message.
    static let metadata: [(String, String, String)] = [
        ("{name: Hello}", "metadata.name", "not a DNS 1035 label: [\(label)]"),
        ("{name: 1a}", "metadata.name", "not a DNS 1035 label: [\(label)]"),
        ("{}", "metadata.name", "missing field(s)"),
        ("{name: a/b}", "metadata.name", "invalid value: a/b"),
        (
            "{name: a, annotations: {serving.knative.dev/rollout-duration: soon}}",
            "metadata.annotations.serving.knative.dev/rollout-duration", "invalid value: soon"
        ),
        (
            "{name: a, annotations: {serving.knative.dev/rollout-duration: 1500ms}}",
            "metadata.annotations.serving.knative.dev/rollout-duration",
            "rollout-duration=1500ms is not at second precision"
        ),
        (
            "{name: a, annotations: {serving.knative.dev/rollout-duration: -5s}}",
            "metadata.annotations.serving.knative.dev/rollout-duration",
            "rollout-duration=-5s must be positive"
        ),
        (
            "{name: a, annotations: {networking.knative.dev/other: x}}", "metadata.annotations",
            "invalid key name \"networking.knative.dev/other\""
        ),
        (
            "{name: a, annotations: {autoscaling.knative.dev/min-scale: '1'}}",
            "metadata.annotations", "invalid key name \"autoscaling.knative.dev/min-scale\""
        ),
        (
            "{name: a, labels: {x: 1}}", "metadata.labels.x", "must be a string, is a number"
        ),
    ]

    @Test(arguments: metadata, ["Route", "Service"])
    func `bad metadata is refused`(_ row: (String, String, String), kind: String) throws {
        let traffic =
            kind == "Route" ? "[{configurationName: a, percent: 100}]" : "[{percent: 100}]"
        let made = compilation(
            """
            apiVersion: serving.knative.dev/v1
            kind: \(kind)
            metadata: \(row.0)
            spec: {traffic: \(traffic)}
            """)
        let fault = try #require(made.faults.first)
        #expect(fault.field == row.1)
        #expect(fault.wrong.hasPrefix(row.2))
        #expect(made.routes == [])
    }

    @Test(arguments: ["380s", "1h2m", "0", "0s", "1.5m", "2m0.0s", "+3s", "2000000us"])
    func `rollout durations of whole seconds are fine`(duration: String) {
        let made = compilation(
            """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: {name: a, annotations: {serving.knative.dev/rollout-duration: '\(duration)'}}
            """)
        #expect(made.faults == [])
    }

    @Test(arguments: ["", "s", "1", "1x", ".s", "1s2", "9999999999h", "1 s", "--1s"])
    func `other durations are not`(duration: String) {
        let made = compilation(
            """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: {name: a, annotations: {serving.knative.dev/rollout-duration: '\(duration)'}}
            """)
        #expect(made.faults.first?.wrong == "invalid value: \(duration)")
    }

    @Test func `a Service must not name a configuration`() {
        let made = compilation(
            """
            apiVersion: serving.knative.dev/v1
            kind: Service
            metadata: {name: hello}
            spec: {traffic: [{configurationName: hello, percent: 100}]}
            """)
        #expect(made.faults.map(\.wrong) == ["must not set the field(s)"])
        #expect(made.faults.map(\.field) == ["spec.traffic[0].configurationName"])
    }

    @Test func `a Service without traffic sends all to the latest revision`() throws {
        let made = compilation(
            revision("hello-1")
                + "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: hello}}")
        #expect(made.faults == [] && made.notices == [])
        let splits = try #require(made.routes.first?.rules[1].paths[0].splits)
        #expect(splits.map(\.revision) == ["hello-1"])
        #expect(splits.map(\.share) == [1_000_000])
        let ingress = try #require(made.ingress("default", "hello"))
        #expect(ingress.labels["serving.knative.dev/service"] == "hello")
        let report = try #require(made.objects.first { $0.kind == "Service" })
        #expect(report.status == .served)
        #expect(report.url == "http://hello.default.example.com")
        #expect(report.targets.map(\.isLatest) == [true])
        #expect(report.targets.map(\.addressCount) == [1])
    }

    @Test func `a misspelt field is warned of`() {
        let made = compilation(
            revision("a") + configuration()
                + route("hello", "{revisionName: a, percent: 100, tagg: x}"))
        #expect(made.routes.count == 1)
        #expect(made.notices.map(\.field) == ["spec.traffic[0].tagg"])
        #expect(made.notices.map(\.wrong) == ["unknown field"])
    }

    @Test func `old versions are read with a warning`() {
        let made = compilation(
            """
            apiVersion: serving.knative.dev/v1alpha1
            kind: Configuration
            metadata: {name: hello}
            """)
        #expect(
            made.notices.map(\.wrong) == [
                "serving.knative.dev/v1alpha1 is read as serving.knative.dev/v1"
            ])
        #expect(made.objects.map(\.status) == [.loaded])
    }
}
