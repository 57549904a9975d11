import Foundation
import Manifests
import Routing
import TLS
import Testing

/// Secrets to certificates, and who gets which.
struct CertificateTests {
    private static func ingress(
        _ name: String, host: String, serving hosts: String? = nil, secret: String,
        namespace: String = "default", created: String = "", more: String = ""
    ) -> String {
        """
        apiVersion: networking.internal.knative.dev/v1alpha1
        kind: Ingress
        metadata: {name: \(name), namespace: \(namespace), creationTimestamp: "\(created)"}
        spec:
          tls: [{hosts: ['\(host)'], secretName: \(secret), secretNamespace: \(namespace)}]
          rules: [{hosts: [\(hosts ?? "\(name).test")], http: {paths: [{splits: [{serviceNamespace: \(namespace), \
        serviceName: s, servicePort: 80}]}]}}]
          \(more)
        ---

        """
    }

    @Test func `a Secret's certificate claims the names that it bears`() throws {
        let made = compilation(Secret.tls("s", .a))
        #expect(made.faults == [] && made.notices == [])
        #expect(made.certificates.map(\.secret) == ["default/s"])
        #expect(made.certificates.map(\.names) == [["*.b.test", "a.test"]])
        #expect(made.certificates[0].certificate.names.sorted() == ["*.b.test", "a.test"])
        #expect(made.defaultCertificate == nil && made.authorities == [])
        #expect(made.objects.map(\.status) == [.loaded])
    }

    @Test func `stringData counts, and goes over data`() {
        let pem = TestCertificate.a.chain.indented(by: 4)
        let key = TestCertificate.a.key.indented(by: 4)
        let made = compilation(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: s}
            type: kubernetes.io/tls
            data: {tls.key: '!!!'}
            stringData:
              tls.crt: |
                \(pem)
              tls.key: |
                \(key)
            """)
        #expect(made.faults == [])
        #expect(made.certificates.count == 1)
    }

    @Test func `of two claims the written one wins, then the older object`() {
        let made = compilation(
            Secret.tls("young", .a, created: "2026-01-02T00:00:00Z"),
            Secret.tls("old", .other, created: "2026-01-01T00:00:00Z"))
        #expect(made.certificates.map(\.secret) == ["default/old", "default/young"])
        #expect(made.certificates.map(\.names) == [["a.test", "other.test"], ["*.b.test"]])
        let written = compilation(
            Secret.tls("young", .a, created: "2026-01-02T00:00:00Z"),
            Secret.tls("old", .other, created: "2026-01-01T00:00:00Z"),
            Self.ingress(
                "x", host: "A.test", serving: "a.test", secret: "young",
                created: "2026-01-03T00:00:00Z")
                + Self.ingress(
                    "y", host: "a.test", serving: "a.test", secret: "old",
                    created: "2026-01-04T00:00:00Z"))
        #expect(written.certificates.map(\.names) == [["other.test"], ["*.b.test", "a.test"]])
    }

    @Test func `nobody takes the certificate of a host that another serves`() {
        let foreign = Secret.tls("foreign", .other, namespace: "b")
        let owner = Self.ingress(
            "x", host: "x.test", serving: "a.test", secret: "s", created: "2026-01-02T00:00:00Z")
        for (serving, created) in [
            ("z.test", "2026-01-01T00:00:00Z"), ("z.test, a.test", "2026-01-03T00:00:00Z"),
        ] {
            let taker = Self.ingress(
                "z", host: "a.test", serving: serving, secret: "foreign", namespace: "b",
                created: created)
            var store = store(
                Secret.tls("s", .a, created: "2026-01-01T00:00:00Z"), owner, taker, foreign)
            let made = store.compile()
            #expect(made.certificates.map(\.secret) == ["b/foreign", "default/s"])
            #expect(made.certificates.map(\.names) == [["other.test"], ["*.b.test", "a.test"]])
            // It may have the host once it serves it.
            store.remove(file: "b.yaml")
            let left = store.compile()
            let names = left.certificates.first { $0.secret == "b/foreign" }?.names
            #expect(
                names == (serving == "z.test" ? ["other.test"] : ["a.test", "other.test"]),
                "\(left.faults) \(left.notices)")
        }
    }

    @Test func `a wildcard that an object names counts for the hosts that it serves`() {
        let made = compilation(
            Secret.tls("s", .hello),
            Self.ingress("x", host: "*.c.test", serving: "a.c.test, a.b.c.test", secret: "s"))
        #expect(made.certificates.map(\.names) == [["a.c.test", "hello.default.example.com"]])
    }

    @Test func `other Secrets are nobody's business`() {
        let made = compilation(
            "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {password: eA==}}\n---\n"
                + "{apiVersion: v1, kind: Secret, metadata: {name: b}, type: Opaque,\n"
                + " data: {tls.crt: eA==, tls.key: eA==}}\n---\n")
        #expect(made.faults == [] && made.notices == [] && made.objects == [])
        #expect(made.certificates == [])
    }

    /// Data, the field, and what is wrong.
    static let wrong: [(String, String)] = [
        ("{}", "data.tls.crt"),
        ("{tls.crt: '%%'}", "data.tls.crt"),
        ("{tls.crt: [a], tls.key: eA==}", "data.tls.crt"),
        ("{tls.crt: eA==, tls.key: eA==}", "data.tls.crt"),
    ]

    @Test(arguments: wrong)
    func `a Secret that does not parse is refused, and the last good one stays`(
        data: String, field: String
    ) throws {
        var store = store(Secret.tls("s", .a))
        let before = store.compile()
        store.load(
            file: "a.yaml",
            text: "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ntype: kubernetes.io/tls\n"
                + "data: \(data)\n")
        let made = store.compile()
        #expect(made.faults.first?.field == field)
        #expect(made.faults.first?.line == 5)
        #expect(made.certificates == before.certificates && !made.certificates.isEmpty)
        #expect(made.objects.map(\.status) == [.lastGoodKept])
        store.remove(file: "a.yaml")
        #expect(store.compile().certificates == [])
    }

    @Test func `a key of another certificate is refused with the reason`() {
        let made = compilation(
            Secret.tls("s", chain: TestCertificate.a.chain, key: TestCertificate.other.key))
        #expect(made.faults.map(\.field) == ["data.tls.key"])
        #expect(made.faults.map(\.wrong) == [CertificateFault.keyMismatch.text])
        #expect(made.certificates == [])
    }

    @Test func `a replaced Secret replaces its certificate only`() {
        var store = store(Secret.tls("s", .a), Secret.tls("t", .hello))
        let before = store.compile()
        store.load(file: "a.yaml", text: Secret.tls("s", .other))
        let made = store.compile()
        #expect(made.certificates[0] != before.certificates[0])
        #expect(made.certificates[1] == before.certificates[1])
        #expect(made.certificates[0].names == ["a.test", "other.test"])
        #expect(made.routes == before.routes)
    }

    @Test func `the default certificate is the setting's`() {
        let options = ManifestOptions(defaultCertificate: "default/s")
        #expect(
            compilation(options: options).notices.map(\.description) == [
                "settings:1: default-certificate: Secret \"default/s\" with a certificate "
                    + "is not loaded, load it, or leave the setting out"
            ])
        let made = compilation(Secret.tls("s", .a), options: options)
        #expect(made.notices == [])
        #expect(made.defaultCertificate == made.certificates[0].certificate)
    }

    // MARK: Redirects

    @Test func `only hosts with a loaded certificate are redirected`() throws {
        let redirected = Self.ingress(
            "x", host: "x.test", secret: "s", more: "httpOption: Redirected")
        var store = store(redirected)
        func isRedirected() -> Bool? {
            store.compile().routes.first?.rules.first?.redirectsToHTTPS
        }
        #expect(isRedirected() == false)
        #expect(
            store.compile().notices.map(\.wrong) == [
                "Secret \"default/s\" with a certificate is not loaded"
            ])
        store.load(file: "s.yaml", text: Secret.tls("s", .a))
        #expect(isRedirected() == true)
        #expect(store.compile().notices == [])
        store.remove(file: "s.yaml")
        #expect(isRedirected() == false)
    }

    @Test func `a certificate's own names cover hosts, wildcards one label`() throws {
        let rules = ["a.test", "c.b.test", "b.test", "d.c.b.test"]
        let ingress = """
            apiVersion: networking.internal.knative.dev/v1alpha1
            kind: Ingress
            metadata: {name: i}
            spec:
              httpOption: Redirected
              rules: [{hosts: [\(rules.joined(separator: ", "))], http: {paths: [{splits: \
            [{serviceNamespace: default, serviceName: s, servicePort: 80}]}]}}]
            """
        var store = store(ingress)
        #expect(store.compile().routes.first?.rules.map(\.redirectsToHTTPS) == [false])
        store.load(file: "s.yaml", text: Secret.tls("s", .a))
        let made = try #require(store.compile().routes.first?.rules)
        #expect(made.map(\.hosts) == [["a.test", "c.b.test"], ["b.test", "d.c.b.test"]])
        #expect(made.map(\.redirectsToHTTPS) == [true, false])
        let options = ManifestOptions(defaultCertificate: "default/s")
        let all = compilation(ingress, Secret.tls("s", .a), options: options)
        #expect(all.routes.first?.rules.map(\.redirectsToHTTPS) == [true])
    }

    // MARK: Client certificates

    @Test func `a host's clients are asked for certificates of the Secret's authorities`() throws {
        let authority = Secret.authority("ca", bundle: TestCertificate.a.chain)
        var store = store(
            AnnotationTests.route("weir.dev/client-ca: ca") + AnnotationTests.revisions, authority)
        let made = store.compile()
        #expect(made.faults == [])
        #expect(made.authorities.map(\.host).contains("hello.default.example.com"))
        #expect(made.authorities.map(\.host).contains("blue-hello.default.svc.cluster.local"))
        #expect(made.authorities.allSatisfy { $0.isRequired })
        // What must be shown cannot be shown in plain text.
        let rules = try #require(made.routes.first?.rules)
        #expect(rules.allSatisfy { $0.redirectsToHTTPS == $0.isExternal })

        store.load(
            file: "a.yaml",
            text: AnnotationTests.route(
                "weir.dev/client-ca: ca", "weir.dev/client-certificate: optional")
                + AnnotationTests.revisions)
        let optional = store.compile()
        #expect(optional.authorities.count == made.authorities.count)
        #expect(optional.authorities.allSatisfy { !$0.isRequired })
        #expect(optional.routes.first?.rules.allSatisfy { !$0.redirectsToHTTPS } == true)

        // The authority stays while its Secret is gone, and what is wrong is said.
        store.remove(file: "b.yaml")
        let kept = store.compile()
        #expect(kept.faults.map(\.wrong) == ["Secret \"ca\" is not loaded"])
        #expect(kept.authorities == optional.authorities)
        store.load(file: "b.yaml", text: authority)
        #expect(store.compile().faults == [])
    }

    @Test func `a Route whose authority was never there is not served`() {
        let made = compilation(
            AnnotationTests.route("weir.dev/client-ca: s") + AnnotationTests.revisions,
            Secret.tls("s", .a))
        #expect(made.faults.map(\.wrong) == ["Secret \"s\" has no valid ca.crt"])
        #expect(made.faults.map(\.line) == [6])
        #expect(made.routes == [])
        let bad = compilation(Secret.authority("ca", bundle: "nothing"))
        #expect(bad.faults.map(\.field) == ["data.ca.crt"])
    }

    @Test func `a host asks for what its owner asks for, whoever that becomes`() {
        func ingress(_ name: String, created: String, _ annotations: String = "") -> String {
            """
            apiVersion: networking.internal.knative.dev/v1alpha1
            kind: Ingress
            metadata: {name: \(name), creationTimestamp: "\(created)", annotations: {\(annotations)}}
            spec: {rules: [{hosts: [h.test], http: {paths: [{splits: [{serviceNamespace: default, \
            serviceName: s, servicePort: 80}]}]}}]}
            """
        }
        var store = store(
            ingress("x", created: "2026-01-02T00:00:00Z", "weir.dev/client-ca: ca"),
            Secret.authority("ca", bundle: TestCertificate.a.chain))
        #expect(store.compile().authorities.map(\.host) == ["h.test"])
        store.load(file: "z.yaml", text: ingress("older", created: "2026-01-01T00:00:00Z"))
        let taken = store.compile()
        #expect(taken.authorities == [], "\(taken.faults) \(taken.notices)")
        // The same hosts, but of another age: only the rank has changed.
        store.load(file: "z.yaml", text: ingress("older", created: "2026-01-03T00:00:00Z"))
        #expect(store.compile().authorities.map(\.host) == ["h.test"])
        store.load(file: "z.yaml", text: ingress("older", created: "2026-01-01T00:00:00Z"))
        #expect(store.compile().authorities == [])
        store.remove(file: "z.yaml")
        #expect(store.compile().authorities.map(\.host) == ["h.test"])
        store.load(
            file: "a.yaml",
            text: ingress("x", created: "2026-01-02T00:00:00Z", "weir.dev/client-ca: ca")
                .replacing("hosts: [h.test], ", with: ""))
        let made = store.compile()
        #expect(
            made.faults.map(\.wrong) == ["a rule without hosts cannot ask for client certificates"])
        #expect(made.faults.map(\.line) == [3])
        #expect(made.authorities.map(\.host) == ["h.test"])
    }

    // MARK: Secrecy

    @Test func `no text that is made holds a byte of a key`() throws {
        let marker = "SECRETMARKERSECRETMARKERSECRETMARKERSECRETMARKERSECRETMARKER0000"
        let encoded = Data(marker.utf8).base64EncodedString()
        let name = "PRIVATE KEY"
        let pem = "-----BEGIN \(name)-----\n\(marker)\n-----END \(name)-----\n"
        let base = Data(pem.utf8).base64EncodedString()
        let chain = Data(TestCertificate.a.chain.utf8).base64EncodedString()
        func secret(_ data: String, more: String = "") -> String {
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n\(more)"
                + "type: kubernetes.io/tls\n\(data)\n"
        }
        let texts = [
            secret("data: {tls.crt: \(chain), tls.key: \(base)}"),
            secret("data: {tls.crt: \(base), tls.key: \(base)}"),
            secret("stringData: {tls.crt: x, tls.key: \(marker)}"),
            secret("stringData:\n  tls.crt: x\n  tls.key: |\n    \(marker)\n\(marker)"),
            secret("data: \(marker)"),
            secret("data: [\(marker)]"),
            secret("data: {tls.crt: {\(marker): a}, tls.key: [\(marker)]}"),
            secret("data: {tls.key, \(marker), \(marker)}"),
            secret("data: {tls.crt: x, tls.key: \"\(marker)}"),
            secret("data: {tls.crt: x, tls.key: *\(marker)}"),
            secret("data: {tls.crt: x, tls.key: &\(marker) a, ? [\(marker)] : b}"),
            secret("data:\n  tls.key: \(marker): \(marker)"),
            secret("data:\n  tls.key: a\n\t\(marker)"),
            secret("\(marker): \(marker)\n\(marker): \(marker)"),
            secret(
                "data: {tls.crt: \(chain), tls.key: \(encoded)}",
                more: "  annotations: {kubectl.kubernetes.io/last-applied-configuration: "
                    + "'{\"data\":{\"tls.key\":\"\(encoded)\"}}', weir.dev/\(marker): \(marker)}\n"),
            secret("data: {ca.crt: \(base)}").replacing("kubernetes.io/tls", with: "Opaque"),
            secret("data: {tls.crt: x, tls.key: !!\(marker) a}"),
        ]
        for text in texts {
            var store = ManifestStore()
            store.load(file: "s.yaml", text: text)
            try Self.expect(store, hides: [marker, encoded, base])
            // The same with a good key, and the wrong text after it.
            store.load(file: "s.yaml", text: Secret.tls("s", .a))
            try Self.expect(store, hides: [marker, TestCertificate.a.key])
            store.load(file: "s.yaml", text: text)
            try Self.expect(store, hides: [marker, encoded, base])
        }
    }

    /// Neither a description, nor a reflection, nor a report may show one of the texts, or any
    /// long part of them.
    private static func expect(_ store: ManifestStore, hides secrets: [String]) throws {
        var store = store
        let made = store.compile(at: 1)
        var shown = ""
        dump(made, to: &shown)
        dump(store, to: &shown)
        shown += String(reflecting: made) + "\(store)" + "\(made.faults) \(made.notices)"
        shown += "\(made.objects) \(made.certificates) \(made.lints()) \(made.rollouts)"
        dump(made.authorities, to: &shown)
        dump(made.certificates, to: &shown)
        for secret in secrets {
            for line in secret.split(separator: "\n") where line.count > 20 && !line.hasPrefix("-")
            {
                let leaks = shown.contains(line.prefix(20))
                #expect(!leaks, "a text shows \(line.prefix(20)): \(made.faults)\(made.notices)")
            }
        }
    }
}
