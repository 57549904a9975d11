import Foundation
import Manifests
import Routing
import Testing

/// Random edits of manifests: whatever they say, nothing traps and nothing is inconsistent.
struct MutationTests {
    /// All fixtures, and objects that they have none of.
    private static let seeds: [String] = {
        var texts = [
            revision("a") + configuration() + route("hello", "{revisionName: a, percent: 100}"),
            """
            {"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":
            [{"name":"http","port":80}]}}
            """,
            """
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: a-1, labels: {kubernetes.io/service-name: a}}
            addressType: IPv4
            ports: [{name: http, port: 8012}]
            endpoints: [{addresses: [10.0.0.1], conditions: {ready: true}}]
            """,
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: config-network, namespace: knative-serving}
            data:
              domain-template: '{{if eq .Name "a"}}{{.Name}}{{else}}x{{end}}.{{.Domain}}'
              tag-template: '{{printf "%s-%s" .Tag .Name}}'
            """,
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: config-domain, namespace: knative-serving}
            data: {a.test: "selector: {a: b}", b.test: ""}
            """,
        ]
        texts += [
            AnnotationTests.route(
                "weir.dev/sticky: header:X-User", "weir.dev/tag-access: 10.0.0.0/8, ::1",
                "weir.dev/client-ca: ca", "weir.dev/rules: |",
                "  - {tag: blue, path-regex: ^/v[0-9]+/, headers: {X-Env: {regex: ^qa}}}",
                "  - {revision: hello-7, methods: [GET], cookies: {a: {present: true}}}"),
            AnnotationTests.revisions, Secret.tls("s", .a), UpstreamTLSTests.trust(),
            UpstreamTLSTests.network("system-internal-tls: enabled"),
            UpstreamTLSTests.configMap("extra", TestCertificate.other.chain),
            UpstreamTLSTests.ingress(port: "443", more: "rewriteHost: x.test, "),
            UpstreamTLSTests.revision("weir.dev/addresses: '127.0.0.1:1', weir.dev/protocol: h2"),
            Secret.authority("ca", bundle: TestCertificate.a.chain),
            """
            apiVersion: serving.knative.dev/v1beta1
            kind: DomainMapping
            metadata: {name: www.acme.test}
            spec: {ref: {name: hello, kind: Route, apiVersion: serving.knative.dev/v1},
              tls: {secretName: s}}
            ---
            apiVersion: networking.internal.knative.dev/v1alpha1
            kind: ClusterDomainClaim
            metadata: {name: www.acme.test}
            spec: {namespace: default}
            ---
            {apiVersion: v1, kind: Service, metadata: {name: x},
              spec: {type: ExternalName, externalName: x.test, ports: [{port: 80}]}}
            """,
        ]
        let files = [
            "route-canary-tags.yaml", "kingress-canary-80-20-tags.yaml",
            "kingress-tls-redirected-acme.yaml", "hash-vectors.json",
            "kingress-system-internal-tls-port443.yaml",
        ]
        texts += files.compactMap { try? Fixture.text($0) }
        return texts
    }()

    private static let words = [
        "percent: -1", "percent: 99999999999999999999", "tag: ''", "null", "~", "[]", "{}", "\"",
        "'", "&a", "*a", "<<: *a", "\t", "\n---\n", "\u{0}", "🚀", "{{", "}}", "{{end}}", ": ", "- ",
        "..", "?", "|", ">-", "!!binary ", "0x", "::1", "[::1]:1", "127.0.0.1:1", "latestRevision",
        "configurationName: hello", "true", "tag: blue", "regex: (", "present: true", "weir.dev/",
        "\\ud83d", "%", "/", "serving.knative.dev/v1",
    ]

    private static func mutated(_ text: String, _ generator: inout Seeded) -> String {
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let start = Int.random(in: 0...bytes.count, using: &generator)
            let length = min(Int.random(in: 0...12, using: &generator), bytes.count - start)
            let range = start..<(start + length)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.removeSubrange(range)
            case 1:
                let word = words.randomElement(using: &generator) ?? ""
                bytes.replaceSubrange(range, with: Array(word.utf8))
            case 2:
                let other = Int.random(in: 0...bytes.count, using: &generator)
                bytes.insert(contentsOf: Array(bytes[range]), at: other)
            case 3: bytes.removeSubrange(start...)
            default:
                if start < bytes.count {
                    bytes[start] = UInt8.random(in: 0...255, using: &generator)
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: 0..<20)
    func `random edits never trap and never leave a hole`(seed: Int) {
        var generator = Seeded(state: UInt64(seed) &* 0x1234_5678_9ABC_DEF1)
        var store = ManifestStore()
        for (index, text) in Self.seeds.enumerated() { store.load(file: "\(index)", text: text) }
        for _ in 0..<60 {
            let index = Int.random(in: 0..<Self.seeds.count, using: &generator)
            if Int.random(in: 0..<20, using: &generator) == 0 {
                store.remove(file: "\(index)")
            } else {
                store.load(file: "\(index)", text: Self.mutated(Self.seeds[index], &generator))
            }
            let made = store.compile(at: Int64.random(in: 0...100, using: &generator) << 30)
            Self.check(made)
            for name in made.names { store.setAddresses(ofName: name, [[192, 0, 2, 1]]) }
            if Bool.random(using: &generator) { store.served(at: 1 << 36) }
        }
        // After everything, the good texts give what they gave at first.
        for (index, text) in Self.seeds.enumerated() { store.load(file: "\(index)", text: text) }
        let healed = store.compile()
        var fresh = ManifestStore()
        for (index, text) in Self.seeds.enumerated() { fresh.load(file: "\(index)", text: text) }
        let wanted = fresh.compile()
        #expect(healed.routes == wanted.routes)
        #expect(Set(healed.destinations) == Set(wanted.destinations))
        #expect(healed.faults == wanted.faults)
    }

    private static func check(_ made: Compilation) {
        let known = Set(made.destinations.map(\.key))
        #expect(known.count == made.destinations.count)
        #expect(Set(made.routes.map(\.key)).count == made.routes.count)
        for route in made.routes {
            #expect(route.hash.utf8.count == 64)
            for path in route.rules.flatMap(\.paths) {
                #expect(path.splits.allSatisfy { known.contains($0.destinations) })
                for rule in path.trafficRules {
                    #expect(rule.splits.allSatisfy { known.contains($0.destinations) })
                    #expect(rule.splits.reduce(0) { $0 + $1.share } == Share.whole)
                }
                #expect(
                    path.sticky.map { $0.order.sorted() == Array(path.splits.indices) } != false)
                #expect(path.splits.reduce(0) { $0 + $1.share } == Share.whole)
            }
        }
        _ = made.objects
        let names = made.certificates.flatMap(\.names)
        #expect(Set(names).count == names.count)
        #expect(Set(made.authorities.map(\.host)).count == made.authorities.count)
        for fault in made.faults + made.notices + made.lints() {
            #expect(fault.line >= 1 && !fault.wrong.isEmpty && !fault.right.isEmpty)
        }
    }
}
