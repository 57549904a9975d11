import Manifests
import Routing
import Testing

/// §1.11: names of their own, by a hop to our own internal listener.
struct DomainMappingTests {
    private static func mapping(
        _ name: String = "www.acme.test", kind: String = "Service",
        api: String = "serving.knative.dev/v1", target: String = "hello", more: String = "",
        annotations: String = "", version: String = "v1beta1"
    ) -> String {
        """
        apiVersion: serving.knative.dev/\(version)
        kind: DomainMapping
        metadata:
          name: \(name)
          annotations: {\(annotations)}
        spec:
          ref: {name: \(target), kind: \(kind), apiVersion: \(api)}
          \(more)
        ---

        """
    }

    private static let service =
        "{apiVersion: serving.knative.dev/v1, kind: Service, metadata: {name: hello}}\n---\n"
        + revision("hello-1")

    private func hop(_ made: Compilation, _ service: String = "hello") -> DestinationSource? {
        made.destinations.first {
            $0.key == DestinationKey(namespace: "default", service: service, port: "80")
        }
    }

    @Test func `a mapping compiles to the Ingress that Serving makes`() throws {
        let made = compilation(Self.mapping(), Self.service)
        #expect(made.faults == [] && made.notices == [])
        let ingress = try #require(made.ingress("default", "www.acme.test"))
        var given = ManifestStore(options: ManifestOptions().keepingIngresses)
        let file = "kingress-domainmapping.yaml"
        given.load(file: file, text: try Fixture.text(file))
        let wanted = given.compile()
        #expect(
            ingress.specification
                == wanted.ingress("default", "www.acme.test")?.specification)
        let source = try #require(made.routes.first { $0.key == "default/www.acme.test" })
        #expect(
            source.hash == "6aa3f1f70342bee5f3a2ed526e04ec41356e446cee191d9a803aef70b40fe9a7")
        #expect(source.rules == wanted.routes.first?.rules)
        #expect(source.rules.map(\.isExternal) == [true])
        #expect(source.rules[0].paths[0].rewriteHost == "hello.default.svc.cluster.local")
        #expect(hop(made)?.isInnerHop == true)
        let report = try #require(made.objects.first { $0.kind == "DomainMapping" })
        #expect(report.status == .served && report.hosts == ["www.acme.test"])
        #expect(report.url == "http://www.acme.test")
    }

    @Test func `the derived Ingress is superseded by the mapping that it came from`() throws {
        let file = "kingress-domainmapping.yaml"
        let made = compilation(Self.mapping(), Self.service, try Fixture.text(file))
        #expect(made.routes.count == 2)
        let report = made.objects.first { $0.kind == "Ingress" }
        #expect(report?.status == .superseded(by: "DomainMapping default/www.acme.test"))
    }

    @Test(arguments: [
        ("Route", "serving.knative.dev/v1"), ("Service", "serving.knative.dev/v1"),
        ("Service", "v1"),
    ])
    func `a mapping to what is not loaded answers 503 until it is`(
        kind: String, api: String
    ) throws {
        var store = store(Self.mapping(kind: kind, api: api))
        let before = store.compile()
        #expect(before.faults == [])
        #expect(before.notices.map(\.wrong) == ["\(kind) \"hello\" is not loaded"])
        #expect(before.notices.map(\.line) == [7])
        #expect(hop(before)?.addresses == [] && hop(before)?.isInnerHop == false)
        store.load(
            file: "b.yaml",
            text: api == "v1"
                ? "{apiVersion: v1, kind: Service, metadata: {name: hello}, spec: "
                    + "{ports: [{port: 80}]}}" : Self.service)
        let after = store.compile()
        #expect(!after.notices.contains { $0.kind == "DomainMapping" })
        #expect(hop(after)?.isInnerHop == (api != "v1"))
        store.remove(file: "b.yaml")
        #expect(hop(store.compile())?.isInnerHop == false)
    }

    @Test func `a tag's placeholder is an inner hop while the tag is there`() {
        let route = route("hello", "{revisionName: a, percent: 100, tag: blue}")
        var store = store(Self.mapping(target: "blue-hello"), route + revision("a"))
        let made = store.compile()
        #expect(hop(made, "blue-hello")?.isInnerHop == true)
        store.load(
            file: "b.yaml",
            text: route.replacing(", tag: blue", with: "") + revision("a"))
        #expect(hop(store.compile(), "blue-hello")?.isInnerHop == false)
    }

    @Test func `a split to a placeholder in any Ingress is an inner hop, to a revision never`() {
        let ingress = """
            apiVersion: networking.internal.knative.dev/v1alpha1
            kind: Ingress
            metadata: {name: i}
            spec: {rules: [{http: {paths: [{rewriteHost: hello.default, splits: [
              {serviceNamespace: default, serviceName: hello, servicePort: 80, percent: 50},
              {serviceNamespace: default, serviceName: other, servicePort: 80, percent: 50}]}]}}]}
            ---

            """
        let made = compilation(
            ingress, route("hello", "{revisionName: a, percent: 100}"),
            route("other", "{revisionName: a, percent: 100}") + revision("other") + revision("a"))
        #expect(hop(made, "hello")?.isInnerHop == true)
        #expect(hop(made, "other")?.isInnerHop == false)
        #expect(hop(made, "other")?.addresses.count == 1)
    }

    @Test func `a placeholder Service printed by kubectl changes nothing`() {
        let printed = """
            apiVersion: v1
            kind: Service
            metadata: {name: hello}
            spec: {type: ExternalName, externalName: gateway.other.svc.cluster.local, \
            ports: [{name: http2, port: 80}]}
            ---

            """
        let made = compilation(Self.mapping(), Self.service + printed)
        #expect(hop(made)?.isInnerHop == true)
        #expect(made.names == [])
    }

    @Test func `a mapping's certificate is the Secret's of its namespace`() throws {
        let made = compilation(
            Self.mapping(
                more: "tls: {secretName: s}",
                annotations: "networking.knative.dev/httpOption: redirected"), Self.service,
            Secret.tls("s", .other))
        #expect(made.faults == [] && made.notices == [])
        #expect(
            made.certificates.map(\.names) == [["a.test", "other.test", "www.acme.test"]])
        let source = try #require(made.routes.first { $0.key == "default/www.acme.test" })
        #expect(source.rules.map(\.redirectsToHTTPS) == [true])
        let url = made.objects.first { $0.kind == "DomainMapping" }?.url
        #expect(url == "http://www.acme.test")
    }

    @Test func `a mapping can ask for client certificates`() {
        let made = compilation(
            Self.mapping(annotations: "weir.dev/client-ca: ca"), Self.service,
            Secret.authority("ca", bundle: TestCertificate.a.chain))
        #expect(made.faults == [])
        #expect(made.authorities.map(\.host) == ["www.acme.test"])
        let sticky = compilation(
            Self.mapping(annotations: "weir.dev/sticky: cookie"), Self.service)
        #expect(sticky.notices.map(\.wrong) == ["is not read on a DomainMapping"])
    }

    @Test func `a mapping that is protected less than its Route is said`() {
        let route = route("hello", "{revisionName: a, percent: 100}").replacing(
            "  name: hello\n", with: "  name: hello\n  annotations: {weir.dev/client-ca: ca}\n")
        let made = compilation(
            Self.mapping(kind: "Route"), route + revision("a") + configuration(),
            Secret.authority("ca", bundle: TestCertificate.a.chain))
        #expect(made.faults == [])
        #expect(
            made.notices.map(\.wrong) == [
                "Route \"hello\" asks for client certificates, its mapping does not"
            ])
    }

    @Test func `v1alpha1 is read as v1beta1`() {
        let made = compilation(Self.mapping(version: "v1alpha1"), Self.service)
        #expect(
            made.notices.map(\.wrong) == [
                "serving.knative.dev/v1alpha1 is read as serving.knative.dev/v1beta1"
            ])
        #expect(made.routes.count == 2)
    }

    @Test func `a claim of another namespace takes the domain away`() {
        func claim(_ namespace: String) -> String {
            """
            apiVersion: networking.internal.knative.dev/v1alpha1
            kind: ClusterDomainClaim
            metadata: {name: www.acme.test}
            spec: {namespace: \(namespace)}
            """
        }
        var store = store(Self.mapping(), Self.service, claim("default"))
        #expect(store.compile().faults == [] && store.compile().routes.count == 2)
        store.load(file: "c.yaml", text: claim("team"))
        let made = store.compile()
        #expect(
            made.faults.map(\.wrong) == ["the domain is claimed by namespace \"team\""])
        #expect(made.faults.map(\.line) == [4])
        #expect(made.routes.count == 1)
        #expect(made.objects.first { $0.kind == "DomainMapping" }?.status == .refused)
    }

    /// Name, ref, field, what is wrong.
    static let wrong: [(String, String, String, String)] = [
        (
            "acme", "{name: a, kind: Service, apiVersion: v1}", "metadata.name",
            "invalid name \"acme\": not a fully qualified domain name"
        ),
        (
            "Www.acme.test", "{name: a, kind: Service, apiVersion: v1}", "metadata.name",
            "invalid name \"Www.acme.test\": not a fully qualified domain name"
        ),
        (
            "a.b.svc.cluster.local", "{name: a, kind: Service, apiVersion: v1}", "metadata.name",
            "invalid name \"a.b.svc.cluster.local\": must not be a subdomain of cluster local "
                + "domain \"cluster.local\""
        ),
        ("www.acme.test", "{kind: Service, apiVersion: v1}", "spec.ref.name", "missing field(s)"),
        ("www.acme.test", "{name: a, apiVersion: v1}", "spec.ref.kind", "missing field(s)"),
        (
            "www.acme.test", "{name: a, kind: Broker, apiVersion: eventing.knative.dev/v1}",
            "spec.ref", "Broker of eventing.knative.dev has no address known here"
        ),
        (
            "www.acme.test", "{name: a, kind: Service, apiVersion: v1, namespace: other}",
            "spec.ref.namespace", "mismatched namespaces: \"other\" is not the mapping's"
        ),
        (
            "www.acme.test", "{name: a, kind: Service, apiVersion: v1}, tls: {}",
            "spec.tls.secretName", "missing field(s)"
        ),
    ]

    @Test(arguments: wrong)
    func `a wrong mapping is refused where it stands`(
        name: String, ref: String, field: String, wrong: String
    ) {
        let made = compilation(
            """
            apiVersion: serving.knative.dev/v1beta1
            kind: DomainMapping
            metadata:
              name: \(name)
            spec: {ref: \(ref)}
            """)
        #expect(made.faults.map(\.wrong) == [wrong])
        #expect(made.faults.map(\.field) == [field])
        #expect(made.faults.map(\.line) == [field == "metadata.name" ? 4 : 5])
        #expect(made.routes == [])
    }

    @Test func `a mapping that became wrong keeps its last good version`() {
        var store = store(Self.mapping(), Self.service)
        let before = store.compile()
        store.load(file: "a.yaml", text: Self.mapping(kind: "Broker"))
        let made = store.compile()
        #expect(made.faults.count == 1)
        #expect(made.routes == before.routes)
        #expect(made.objects.first { $0.kind == "DomainMapping" }?.status == .lastGoodKept)
    }
}
