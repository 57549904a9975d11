import Foundation
import Manifests
import Testing

/// What `weir check` says of manifests that are legal, but surely not meant.
struct LintTests {
    private func lints(_ texts: String...) -> [String] {
        var store = ManifestStore()
        for (index, text) in texts.enumerated() { store.load(file: "\(index).yaml", text: text) }
        let made = store.compile()
        #expect(made.faults == [])
        return made.lints().map(\.description)
    }

    private static func rules(_ lines: String..., access: String = "") -> String {
        AnnotationTests.route(
            "weir.dev/rules: |", lines.joined(separator: "\n").indented(by: 6), access)
    }

    @Test func `a good folder has none`() {
        #expect(
            lints(
                AnnotationTests.route(
                    "weir.dev/sticky: cookie", "weir.dev/tag-access: 10.0.0.0/8",
                    "weir.dev/rules: '[{tag: blue, headers: {X-Env: qa}}, {revision: hello-7}]'")
                    + AnnotationTests.revisions) == [])
    }

    @Test func `a rule behind one that takes all of its requests`() {
        let found = lints(
            Self.rules(
                "- tag: blue", "  headers: {X-Env: qa}", "- tag: old",
                "  headers: {x-env: qa}", "  methods: [GET]", "- revision: hello-7",
                "- tag: old", "  path-regex: ^/a") + AnnotationTests.revisions)
        #expect(
            found == [
                "0.yaml:9: metadata.annotations.weir.dev/rules[1]: is never reached: the rule at "
                    + "line 7 takes all of its requests, put it before that one",
                "0.yaml:13: metadata.annotations.weir.dev/rules[3]: is never reached: the rule at "
                    + "line 12 takes all of its requests, put it before that one",
            ])
        // A private tag is not there for everybody, so what stands behind it may be reached.
        #expect(
            lints(
                Self.rules(
                    "- tag: blue", "- revision: hello-7", access: "weir.dev/tag-access: 10.0.0.0/8")
                    + AnnotationTests.revisions) == [])
    }

    @Test(arguments: [
        ("path-regex: ^v1/", "path-regex"),
        ("headers: {X-A: a, x-a: b}", "headers"),
    ])
    func `a condition that never holds`(condition: String, field: String) {
        let found = lints(
            Self.rules("- tag: blue", "  \(condition)") + AnnotationTests.revisions)
        #expect(found.count == 1)
        #expect(
            found.first?.hasPrefix("0.yaml:7: metadata.annotations.weir.dev/rules[0].\(field): ")
                == true)
    }

    @Test func `choices that change nothing`() {
        let one = AnnotationTests.route(
            "weir.dev/sticky: cookie", "weir.dev/tag-access: 10.0.0.0/8")
        let traffic = one.range(of: "  traffic:").map { one[..<$0.lowerBound] } ?? ""
        let found = lints(
            traffic + "  traffic: [{revisionName: hello-9, percent: 100}]\n---\n"
                + AnnotationTests.revisions)
        #expect(
            found == [
                "0.yaml:1: metadata.annotations.weir.dev/sticky: keeps nobody: no split has two "
                    + "shares, leave it out until there is a second revision",
                "0.yaml:1: metadata.annotations.weir.dev/tag-access: protects nothing: there are "
                    + "no tags, leave it out",
            ])
    }

    @Test func `a share without destinations, said at its target`() {
        let found = lints(
            AnnotationTests.route("a: b")
                + AnnotationTests.revisions.replacing(
                    "127.0.0.1:9001", with: "", maxReplacements: 1))
        #expect(found == [])
        let bare =
            "{apiVersion: serving.knative.dev/v1, kind: Revision, metadata: {name: hello-10, "
            + "labels: {serving.knative.dev/configuration: hello}}}\n---\n"
        #expect(
            lints(
                AnnotationTests.route("a: b"),
                configuration() + revision("hello-8") + bare
                    + revision("hello-9") + revision("hello-7")) == [
                    "0.yaml:10: spec.traffic: hello-10 has no destination: the revision has no "
                        + "addresses, its share answers 503 until it has"
                ])
    }

    @Test func `a tag that takes the hosts of another Route`() {
        let found = lints(
            route("hello", "{revisionName: a, percent: 100, tag: blue}") + revision("a")
                + configuration(),
            route("blue-hello", "{revisionName: a, percent: 100}"))
        #expect(
            found == [
                "0.yaml:7: spec.traffic: a tag's hosts are those of Route default/blue-hello, "
                    + "name the tag or the Route otherwise"
            ])
    }

    @Test func `a host and a path that stand twice in an Ingress`() {
        let split = "splits: [{serviceNamespace: default, serviceName: s, servicePort: 80}]"
        let found = lints(
            """
            apiVersion: networking.internal.knative.dev/v1alpha1
            kind: Ingress
            metadata: {name: i}
            spec:
              rules:
              - hosts: [a.test, b.test]
                http:
                  paths:
                  - {path: /a, \(split)}
                  - {path: /, \(split)}
                  - {\(split)}
              - hosts:
                - c.test
                - A.test
                http: {paths: [{\(split)}]}
              - hosts: [a.test]
                visibility: ClusterLocal
                http: {paths: [{\(split)}]}
            """,
            "{apiVersion: serving.knative.dev/v1, kind: Revision, metadata: {name: s, "
                + "annotations: {weir.dev/addresses: '127.0.0.1:1'}}}")
        #expect(
            found == [
                "0.yaml:11: spec.rules[0].http.paths[2]: is never reached: the path at line 10 is "
                    + "the same, leave one of the two out",
                "0.yaml:14: spec.rules[1].hosts[1]: host a.test is given twice, first at line 6, "
                    + "write one rule for it",
            ])
    }

    @Test func `a certificate that does not cover, and clients that cannot show theirs`() {
        let mapping = """
            apiVersion: serving.knative.dev/v1beta1
            kind: DomainMapping
            metadata:
              name: www.acme.test
              annotations:
                weir.dev/client-ca: ca
            spec:
              ref: {name: hello, kind: Route, apiVersion: serving.knative.dev/v1}
            """
        let others = [
            route("hello", "{revisionName: a, percent: 100}") + revision("a") + configuration()
                + "---\n" + Secret.authority("ca", bundle: TestCertificate.a.chain)
        ].joined()
        #expect(
            lints(mapping, others) == [
                "0.yaml:6: metadata.annotations.weir.dev/client-ca: no certificate covers "
                    + "www.acme.test, so no client can show its own, load one that does"
            ])
        #expect(
            lints(mapping + "\n  tls: {secretName: s}", others, Secret.tls("s", .a)) == [
                "0.yaml:9: spec.tls: the certificate of Secret \"default/s\" does not cover "
                    + "www.acme.test, name one that does"
            ])
    }
}
