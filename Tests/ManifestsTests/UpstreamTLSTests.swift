import Foundation
import Manifests
import Routing
import TLS
import Testing

/// TLS towards revisions (§5.1 system-internal-tls, §6.5): who is asked so, and who vouches.
struct UpstreamTLSTests {
    private static let names = ["kn-routing", "kn-user-default"]

    static func network(_ value: String) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: config-network}
        data: {\(value)}
        ---

        """
    }
    private static let isOn = network("system-internal-tls: enabled")

    static func trust(
        _ bundle: String = TestCertificate.a.chain, namespace: String = "knative-serving"
    ) -> String {
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: routing-serving-certs, namespace: \(namespace)}
        data:
          ca.crt: \(Data(bundle.utf8).base64EncodedString())
        ---

        """
    }

    static func configMap(
        _ name: String, _ bundle: String, namespace: String = "knative-serving",
        label: String = "networking.knative.dev/trust-bundle: 'true'"
    ) -> String {
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: \(name), namespace: \(namespace), labels: {\(label)}}
        data:
          _example: nothing that counts
          one.pem: |
            \(bundle.indented(by: 4))
        ---

        """
    }

    /// An Ingress that sends everything to one port of Service `s`.
    static func ingress(port: String, more: String = "") -> String {
        """
        apiVersion: networking.internal.knative.dev/v1alpha1
        kind: Ingress
        metadata: {name: i}
        spec: {rules: [{http: {paths: [{\(more)splits: [{serviceNamespace: default, \
        serviceName: s, servicePort: \(port)}]}]}}]}
        ---

        """
    }

    private static func service(_ ports: String) -> String {
        "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [\(ports)]}}\n---\n"
    }

    private static func slice(_ ports: String) -> String {
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: s-1, labels: {kubernetes.io/service-name: s}}
        addressType: IPv4
        ports: [\(ports)]
        endpoints: [{addresses: [10.0.0.1]}]
        ---

        """
    }
    private static let http1Slice = slice("{name: http, port: 8012}, {name: https, port: 8112}")

    static func revision(_ annotations: String) -> String {
        """
        apiVersion: serving.knative.dev/v1
        kind: Revision
        metadata: {name: s, annotations: {\(annotations)}}
        ---

        """
    }

    private func only(_ made: Compilation) throws -> DestinationSource {
        #expect(made.faults == [] && made.notices == [])
        #expect(made.destinations.count == 1)
        return try #require(made.destinations.first)
    }

    // MARK: Who is asked over TLS

    @Test func `Serving's Ingress for system-internal-tls leads to port 8112, over TLS`() throws {
        let text = try Fixture.text("kingress-system-internal-tls-port443.yaml")
        let slice = Self.http1Slice.replacing("service-name: s", with: "service-name: hello-00001")
        let made = compilation(text, Self.isOn, Self.trust(), slice)
        let found = try only(made)
        #expect(found.tls?.names == Self.names)
        #expect(found.tls?.trust == made.trust?.number)
        #expect(found.protocolToUpstream == .http1)
        #expect(found.addresses.map(\.port) == [8112])
        // Where it is off, the port is what it is.
        let off = try only(compilation(text, Self.trust(), slice))
        #expect(off.tls == nil && off.addresses.map(\.port) == [8112])
    }

    /// Split port, Service ports, slice ports; over TLS, and by HTTP/2.
    static let ports: [(String, String, String, Bool, Bool)] = [
        ("443", "{name: https, port: 443}", "{name: https, port: 1}", true, false),
        ("443", "{port: 443}", "{port: 1}", true, false),
        ("https", "{name: https, port: 8443}", "{name: https, port: 1}", true, false),
        ("8443", "{name: https, port: 8443}", "{name: https, port: 1}", true, false),
        ("80", "{name: http, port: 80}", "{name: http, port: 1}", false, false),
        ("81", "{name: http2, port: 81}", "{name: http2, port: 1}", false, true),
        (
            "443", "{name: http2, port: 81}, {name: https, port: 443}", "{name: https, port: 1}",
            true, true
        ),
        (
            "443", "{name: x, port: 81, appProtocol: kubernetes.io/h2c}, {name: https, port: 443}",
            "{name: https, port: 1}", true, true
        ),
        (
            "443", "{name: https, port: 443}", "{name: http2, port: 2}, {name: https, port: 1}",
            true, true
        ),
    ]

    @Test(arguments: ports)
    func `the Service's port decides`(
        split: String, service: String, slice: String, isTLS: Bool, isHTTP2: Bool
    ) throws {
        let found = try only(
            compilation(
                Self.ingress(port: split), Self.service(service), Self.slice(slice), Self.isOn,
                Self.trust()))
        #expect(found.addresses.map(\.port) == [1])
        #expect((found.tls != nil) == isTLS)
        #expect((found.protocolToUpstream == .h2c) == isHTTP2)
    }

    @Test(arguments: [
        ("443", "{name: http, port: 2}, {name: https, port: 1}", true, false),
        ("443", "{name: http2, port: 2}, {name: https, port: 1}", true, true),
        ("https", "{name: https, port: 1}", true, false),
        ("1", "{name: https, port: 1}", true, false),
        ("80", "{name: http, port: 1}, {name: https, port: 2}", false, false),
    ])
    func `so does its known name where there is no Service`(
        split: String, slice: String, isTLS: Bool, isHTTP2: Bool
    ) throws {
        let found = try only(
            compilation(
                Self.ingress(port: split), Self.slice(slice), Self.isOn, Self.trust()))
        #expect(found.addresses.map(\.port) == [1])
        #expect((found.tls != nil) == isTLS)
        #expect((found.protocolToUpstream == .h2c) == isHTTP2)
    }

    @Test func `a Revision that speaks h2c is offered h2`() throws {
        let revision = """
            apiVersion: serving.knative.dev/v1
            kind: Revision
            metadata: {name: s}
            spec: {containers: [{ports: [{name: h2c}]}]}
            ---

            """
        let found = try only(
            compilation(
                Self.ingress(port: "443"), revision, Self.slice("{name: https, port: 1}"),
                Self.isOn, Self.trust()))
        #expect(found.tls != nil && found.protocolToUpstream == .h2c)
    }

    @Test func `never under a rewritten host`() throws {
        let made = compilation(
            Self.ingress(port: "443", more: "rewriteHost: x.test, ")
                + Self.ingress(port: "443").replacing("name: i}", with: "name: j}")
                .replacing("[{http:", with: "[{hosts: [j.test], http:"), Self.http1Slice,
            Self.isOn, Self.trust())
        #expect(made.faults == [])
        let sets = made.destinations.sorted { !$0.key.isRewritten && $1.key.isRewritten }
        #expect(sets.map(\.key.isRewritten) == [false, true])
        #expect(sets.map(\.tls?.names) == [Self.names, nil])
        #expect(sets.map(\.addresses) == [sets[0].addresses, sets[0].addresses])
        #expect(
            made.lints().map(\.wrong) == ["s is asked in plain text at its port for TLS"])
    }

    @Test func `the names are those of the split's namespace`() throws {
        let found = try only(
            compilation(
                Self.ingress(port: "443").replacing("{name: i}", with: "{name: i, namespace: team}")
                    .replacing("default", with: "team"),
                Self.http1Slice.replacing("{name: s-1", with: "{namespace: team, name: s-1"),
                Self.isOn, Self.trust()))
        #expect(found.tls?.names == ["kn-routing", "kn-user-team"])
    }

    @Test func `an inner hop is none`() throws {
        let made = compilation(
            route("hello", "{revisionName: s, percent: 100}")
                + Self.revision("weir.dev/addresses: '127.0.0.1:1'") + Self.isOn + Self.trust()
                    + """
                    apiVersion: serving.knative.dev/v1beta1
                    kind: DomainMapping
                    metadata: {name: www.test, namespace: default}
                    spec: {ref: {apiVersion: serving.knative.dev/v1, kind: Route, name: hello}}
                    """)
        let hops = made.destinations.filter(\.isInnerHop)
        #expect(hops.count == 1 && hops.allSatisfy { $0.tls == nil })
    }

    @Test(arguments: ["enable", "yes please", "permissive"])
    func `a value that nobody knows is refused, and turns nothing off`(value: String) throws {
        var store = store(
            Self.ingress(port: "443") + Self.trust() + Self.http1Slice, Self.isOn)
        let before = store.compile()
        store.load(file: "b.yaml", text: Self.network("system-internal-tls: \(value)"))
        let made = store.compile()
        #expect(made.faults.map(\.field) == ["data.system-internal-tls"])
        #expect(made.faults.map(\.right) == ["write enabled or disabled"])
        #expect(made.destinations == before.destinations)
        #expect(made.destinations.map { $0.tls != nil } == [true])
    }

    // MARK: A person with a laptop

    @Test(arguments: [
        ("", "http1", false, false), ("", "h2c", false, true), ("", "https", true, false),
        ("", "h2", true, true), ("", nil, false, false), (isOn, nil, true, false),
        (isOn, "http1", false, false), (isOn, "h2", true, true),
    ])
    func `an annotation says what annotated addresses speak, else the port`(
        network: String, spoken: String?, isTLS: Bool, isHTTP2: Bool
    ) throws {
        let made = compilation(
            Self.ingress(port: network.isEmpty ? "80" : "443"),
            Self.revision(
                "weir.dev/addresses: '127.0.0.1:1'"
                    + (spoken.map { ", weir.dev/protocol: \($0)" } ?? "")), network, Self.trust())
        let found = try only(made)
        #expect((found.tls?.names == Self.names) == isTLS)
        #expect((found.protocolToUpstream == .h2c) == isHTTP2)
        #expect(made.lints() == [])
    }

    @Test(arguments: [
        ("https", "TLS is for the addresses of weir.dev/addresses, and there are none"),
        ("tls", "unknown protocol \"tls\""),
    ])
    func `TLS by annotation needs addresses by annotation`(spoken: String, wrong: String) {
        let made = compilation(Self.revision("weir.dev/protocol: \(spoken)"))
        #expect(made.faults.map(\.wrong) == [wrong])
        #expect(made.faults.map(\.line) == [3])
    }

    // MARK: Who vouches

    @Test func `without a CA the object is at fault and its share has no address`() throws {
        var store = store(
            route("hello", "{revisionName: s, percent: 50}", "{revisionName: t, percent: 50}"),
            Self.revision("weir.dev/addresses: '127.0.0.1:1', weir.dev/protocol: https")
                + Self.revision("weir.dev/addresses: '127.0.0.1:2'")
                .replacing("name: s", with: "name: t"))
        let made = store.compile()
        let line =
            "a.yaml:7: spec.traffic: s is asked over TLS, but no CA is loaded that vouches for it, "
            + "load Secret knative-serving/routing-serving-certs with ca.crt: its share answers "
            + "503 until then"
        #expect(made.faults.map(\.description) == [line])
        let report = try #require(made.objects.first { $0.kind == "Route" })
        #expect(report.status == .served)
        #expect(report.faults.map(\.description) == [line])
        #expect(report.targets.map(\.addressCount) == [0, 1])
        #expect(report.targets[0].addressReason == "no CA is loaded that vouches for it")
        #expect(made.trust == nil && made.lints() == [])
        // The other share is served meanwhile, and this one as soon as somebody vouches.
        let shares = made.destinations.sorted { $0.key.service < $1.key.service }
        #expect(shares.map(\.addresses.count) == [0, 1])
        store.load(file: "ca.yaml", text: Self.trust())
        let trusted = store.compile()
        #expect(trusted.faults == [])
        #expect(trusted.destinations.allSatisfy { $0.addresses.count == 1 })
        store.remove(file: "ca.yaml")
        #expect(store.compile().faults.map(\.description) == [line])
        #expect(Set(store.compile().destinations) == Set(made.destinations))
    }

    @Test func `an Ingress without a CA is at fault too`() {
        let made = compilation(Self.ingress(port: "443"), Self.http1Slice, Self.isOn)
        #expect(made.faults.map(\.kind) == ["Ingress"])
        #expect(made.faults.map(\.field) == ["spec"])
        #expect(made.destinations.map(\.addresses) == [[]])
    }

    @Test func `ConfigMaps with the label vouch too, and all count together, live`() throws {
        var store = store(Self.ingress(port: "443") + Self.http1Slice, Self.isOn)
        store.load(
            file: "map.yaml", text: Self.configMap("extra", TestCertificate.other.chain))
        let one = store.compile()
        #expect(one.faults == [] && one.notices == [])
        #expect(one.trust?.count == 1)
        store.load(file: "ca.yaml", text: Self.trust())
        let two = store.compile()
        #expect(two.trust?.count == 2)
        #expect(try only(two).tls?.trust == two.trust?.number)
        #expect(two.trust != one.trust)
        store.load(
            file: "more.yaml",
            text: Self.configMap("more", TestCertificate.hello.chain + TestCertificate.a.chain))
        #expect(store.compile().trust?.count == 3)
        store.remove(file: "map.yaml")
        store.remove(file: "more.yaml")
        store.remove(file: "ca.yaml")
        store.load(
            file: "map.yaml", text: Self.configMap("extra", TestCertificate.other.chain))
        #expect(store.compile().trust == one.trust)
    }

    @Test(arguments: [
        (trust(namespace: "default"), []),
        (trust().replacing("name: routing-serving-certs", with: "name: others"), []),
        (
            configMap("extra", TestCertificate.a.chain, namespace: "default"),
            ["ConfigMap extra is not read: skipped"]
        ),
        (
            configMap("extra", TestCertificate.a.chain, label: "x: y"),
            ["ConfigMap extra is not read: skipped"]
        ),
    ])
    func `nothing else vouches`(text: String, notices: [String]) {
        let made = compilation(Self.ingress(port: "443") + Self.http1Slice, Self.isOn, text)
        #expect(made.trust == nil)
        #expect(made.notices.map(\.wrong) == notices)
        #expect(made.destinations.map(\.addresses) == [[]])
    }

    @Test(arguments: [
        (trust("nothing"), "data.ca.crt", "no certificate in it", 5),
        (trust().replacing("ca.crt: ", with: "ca.crt: '!'"), "data.ca.crt", "is not base64", 5),
        (
            configMap("extra", "nothing"), "data.one.pem", "no certificate in it", 6
        ),
        (
            configMap("extra", TestCertificate.a.chain.replacing("MII", with: "AII")),
            "data.one.pem", "certificate 1 does not parse", 6
        ),
    ])
    func `a bad PEM is one line, and the last good one stays`(
        text: String, field: String, wrong: String, line: Int
    ) throws {
        var store = store(Self.ingress(port: "443") + Self.http1Slice, Self.isOn)
        let good =
            text.contains("kind: Secret")
            ? Self.trust() : Self.configMap("extra", TestCertificate.a.chain)
        store.load(file: "ca.yaml", text: good)
        let before = store.compile()
        #expect(before.faults == [])
        store.load(file: "ca.yaml", text: text.replacing("'!'", with: "'!' # "))
        let made = store.compile()
        #expect(made.faults.map(\.wrong) == [wrong])
        #expect(made.faults.map(\.field) == [field])
        #expect(made.faults.map(\.line) == [line])
        #expect(made.trust == before.trust && made.trust != nil)
        #expect(made.destinations == before.destinations)
    }

    @Test func `cert-manager's Secret vouches beside its own certificate`() throws {
        let chain = TestCertificate.a.chain
        let secret = Secret.tls("routing-serving-certs", .a, namespace: "knative-serving")
            .replacing(
                "data:", with: "data:\n  ca.crt: \(Data(chain.utf8).base64EncodedString())")
        let made = compilation(Self.ingress(port: "443") + Self.http1Slice, Self.isOn, secret)
        #expect(try only(made).tls != nil)
        #expect(made.certificates.count == 1)
    }

    @Test func `a last good share follows the trust of today`() throws {
        var store = store(
            route("hello", "{revisionName: s, percent: 100}"),
            Self.revision("weir.dev/addresses: '127.0.0.1:1', weir.dev/protocol: https"),
            Self.trust())
        _ = store.compile()
        store.remove(file: "b.yaml")
        #expect(store.compile().destinations.map(\.addresses.count) == [1])
        store.load(file: "c.yaml", text: Self.trust(TestCertificate.other.chain))
        let made = store.compile()
        #expect(made.destinations.map(\.tls?.trust) == [made.trust?.number])
        #expect(made.destinations.map(\.addresses.count) == [1])
        store.remove(file: "c.yaml")
        let blind = store.compile()
        #expect(blind.destinations.map(\.tls?.trust) == [0])
        #expect(blind.faults.count == 1)
    }

    // MARK: What check says

    @Test(arguments: ["443", "https"])
    func `a port for TLS in plain text is surely not meant`(port: String) {
        let made = compilation(Self.ingress(port: port), Self.http1Slice)
        #expect(
            made.lints().map(\.description) == [
                "a.yaml:1: spec.rules: s is asked in plain text at its port for TLS, "
                    + "load config-network with system-internal-tls: enabled"
            ])
    }
}
