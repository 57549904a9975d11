import Manifests
import Routing
import Testing

/// §6.5: from (namespace, service, port) to addresses.
struct DestinationTests {
    /// An Ingress that sends everything to one port of Service `s`.
    private static func ingress(port: String) -> String {
        """
        apiVersion: networking.internal.knative.dev/v1alpha1
        kind: Ingress
        metadata: {name: i}
        spec: {rules: [{http: {paths: [{splits: [{serviceNamespace: default, serviceName: s, \
        servicePort: \(port)}]}]}}]}
        ---

        """
    }

    private static func service(_ ports: String, more: String = "") -> String {
        "{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [\(ports)]\(more)}}\n---\n"
    }

    private static func slice(
        _ name: String, _ ports: String, _ endpoints: String, type: String = "IPv4"
    ) -> String {
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: \(name), labels: {kubernetes.io/service-name: s}}
        addressType: \(type)
        ports: [\(ports)]
        endpoints: [\(endpoints)]
        ---

        """
    }

    private static func endpoints(_ subsets: String) -> String {
        "{apiVersion: v1, kind: Endpoints, metadata: {name: s}, subsets: [\(subsets)]}\n---\n"
    }

    private func found(_ texts: String...) throws -> DestinationSource {
        let made = compilation(texts.joined())
        #expect(made.faults == [])
        #expect(made.destinations.count == 1)
        return try #require(made.destinations.first)
    }

    private func text(_ address: AddressSource) -> String {
        "\(address.ip.map(String.init).joined(separator: ".")):\(address.port)"
    }

    @Test func `ready addresses of all slices, each once, by the port's name`() throws {
        let found = try found(
            Self.ingress(port: "80"),
            Self.service("{name: http, port: 80, targetPort: web}, {name: m, port: 90}"),
            Self.slice(
                "s-1", "{name: m, port: 9}, {name: http, port: 8012}",
                "{addresses: [10.0.0.1]}, {addresses: [10.0.0.2], conditions: {ready: true}}, "
                    + "{addresses: [10.0.0.3], conditions: {ready: false, serving: true}}"),
            Self.slice(
                "s-2", "{name: http, port: 8012}", "{addresses: [10.0.0.2, 10.0.0.4]}"),
            Self.slice(
                "s-6", "{name: http, port: 8012}", "{addresses: ['2001:db8::1']}", type: "IPv6"),
            Self.slice(
                "s-f", "{name: http, port: 8012}", "{addresses: [x.test]}", type: "FQDN"))
        #expect(
            found.addresses.map(text) == [
                "10.0.0.1:8012", "10.0.0.2:8012", "10.0.0.4:8012",
                "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1:8012",
            ])
        #expect(found.protocolToUpstream == .http1)
    }

    /// Split port, Service ports, slice ports, the port found (0: none), and is it h2c.
    static let ports: [(String, String, String, UInt16, Bool)] = [
        ("80", "{port: 80}", "{port: 8080}", 8080, false),
        ("80", "{name: web, port: 80}", "{name: web, port: 8080}", 8080, false),
        ("80", "{name: web, port: 80}", "{port: 8080}", 0, false),
        ("web", "{name: web, port: 80}", "{name: web, port: 8080}", 8080, false),
        ("8080", "{name: web, port: 80}", "{name: web, port: 8080}", 0, false),
        ("81", "{name: http2, port: 81}", "{name: http2, port: 8013}", 8013, true),
        ("80", "{name: h2c, port: 80}", "{name: h2c, port: 1}", 1, true),
        (
            "80", "{port: 80, appProtocol: kubernetes.io/h2c}", "{port: 1}", 1, true
        ),
        (
            "80", "{name: http, port: 80}, {name: http2, port: 81}", "{name: http, port: 1}", 1,
            false
        ),
        ("80", "{port: 80, protocol: UDP}", "{port: 1, protocol: UDP}", 0, false),
    ]

    @Test(arguments: ports)
    func `the Service's port leads to the slice's`(
        split: String, service: String, slice: String, port: UInt16, isH2C: Bool
    ) throws {
        let found = try found(
            Self.ingress(port: split), Self.service(service),
            Self.slice("s-1", slice, "{addresses: [10.0.0.1]}"))
        #expect(found.addresses.map(\.port) == (port == 0 ? [] : [port]))
        #expect((found.protocolToUpstream == .h2c) == isH2C)
    }

    /// Split port, slice ports without a Service, the port found, and is it h2c.
    static let bare: [(String, String, UInt16, Bool)] = [
        ("80", "{name: http, port: 8012}, {name: https, port: 8112}", 8012, false),
        ("81", "{name: http2, port: 8013}, {name: https, port: 8112}", 8013, true),
        ("443", "{name: http, port: 8012}, {name: https, port: 8112}", 8112, false),
        ("web", "{name: x, port: 1}, {name: web, port: 2}", 2, false),
        ("7", "{name: v, port: 1}, {name: w, port: 7}", 7, false),
        ("80", "{port: 3}", 3, false),
        ("80", "{name: v, port: 1}, {name: w, port: 7}", 0, false),
    ]

    @Test(arguments: bare)
    func `without the Service, Knative's names are known`(
        split: String, slice: String, port: UInt16, isH2C: Bool
    ) throws {
        let found = try found(
            Self.ingress(port: split), Self.slice("s-1", slice, "{addresses: [10.0.0.1]}"))
        #expect(found.addresses.map(\.port) == (port == 0 ? [] : [port]))
        #expect((found.protocolToUpstream == .h2c) == isH2C)
    }

    @Test func `Endpoints serve where there are no slices`() throws {
        let endpoints = Self.endpoints(
            "{addresses: [{ip: 10.0.0.1}], notReadyAddresses: [{ip: 10.0.0.9}], "
                + "ports: [{name: http, port: 8012}]}, "
                + "{addresses: [{ip: '::1'}], ports: [{name: http, port: 8013}]}")
        let found = try found(Self.ingress(port: "80"), endpoints)
        #expect(found.addresses.map(\.port) == [8012, 8013])
        let both = try self.found(
            Self.ingress(port: "80"), endpoints,
            Self.slice("s-1", "{name: http, port: 1}", "{addresses: [10.0.0.1]}"))
        #expect(both.addresses.map(text) == ["10.0.0.1:1"])
    }

    @Test func `a Revision's annotation says where it is, and goes first`() throws {
        let revision = """
            apiVersion: serving.knative.dev/v1
            kind: Revision
            metadata:
              name: s
              annotations:
                weir.dev/addresses: "127.0.0.1:9001, [::1]:9002,127.0.0.1:9001"
                weir.dev/protocol: h2c
            ---

            """
        let found = try found(
            Self.ingress(port: "80"), revision,
            Self.slice("s-1", "{name: http, port: 1}", "{addresses: [10.0.0.1]}"))
        #expect(
            found.addresses.map(text) == [
                "127.0.0.1:9001", "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1:9002",
            ])
        #expect(found.protocolToUpstream == .h2c)
    }

    @Test func `of many addresses each counts once, and a hundred bad ones are said`() throws {
        let addresses = (1...3000).map { "127.0.\($0 % 8).\($0 % 250):9001" }
        let bad = (0..<300).map { "b\($0)" }
        func text(_ list: [String]) -> String {
            """
            apiVersion: serving.knative.dev/v1
            kind: Revision
            metadata: {name: s, annotations: {weir.dev/addresses: "\(list.joined(separator: " ,"))"}}
            ---

            """
        }
        let found = try found(Self.ingress(port: "80"), text(addresses))
        #expect(found.addresses.map { self.text($0) } == Array(addresses.prefix(1000)))
        let made = compilation(text(bad))
        #expect(made.faults.map(\.wrong) == bad.prefix(100).map { "\"\($0)\" is no address" })
    }

    @Test(arguments: [
        "localhost:9001", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.01:1",
        "256.0.0.1:1", "1.2.3:1", "::1:9001", "[::1]", "[::1", "[1::2::3]:1", "[12345::]:1",
        "[1:2:3:4:5:6:7:8:9]:1", "[1:2:3:4:5:6:7:8::]:1", "[::1%lo]:1", "127.0.0.1:+1", ":1",
        "[1.2.3.4::]:1",
    ])
    func `what is no IP address with a port is refused`(address: String) {
        let made = compilation(
            """
            apiVersion: serving.knative.dev/v1
            kind: Revision
            metadata: {name: s, annotations: {weir.dev/addresses: '\(address)'}}
            """)
        #expect(made.faults.map(\.wrong) == ["\"\(address)\" is no address"])
        #expect(made.faults.map(\.line) == [3])
    }

    @Test(arguments: [
        ("[1:2:3:4:5:6:7:8]:1", "0.1.0.2.0.3.0.4.0.5.0.6.0.7.0.8:1"),
        ("[1::8]:1", "0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.8:1"),
        ("[::]:1", "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0:1"),
        ("[::ffff:1.2.3.4]:1", "0.0.0.0.0.0.0.0.0.0.255.255.1.2.3.4:1"),
        ("[FE80::]:65535", "254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.0:65535"),
    ])
    func `IPv6 addresses are read`(address: String, bytes: String) {
        let made = compilation(
            Self.ingress(port: "80")
                + """
                apiVersion: serving.knative.dev/v1
                kind: Revision
                metadata: {name: s, annotations: {weir.dev/addresses: '\(address)'}}
                """)
        #expect(made.destinations.first?.addresses.map(text) == [bytes])
    }

    @Test func `the report says how many addresses a target has, or why none`() throws {
        let made = compilation(
            revision("a") + configuration()
                + "{apiVersion: serving.knative.dev/v1, kind: Revision, metadata: {name: b}}\n---\n"
                + route("hello", "{revisionName: a, percent: 50}", "{revisionName: b, percent: 50}")
        )
        let targets = try #require(made.objects.first { $0.kind == "Route" }?.targets)
        #expect(targets.map(\.addressCount) == [1, 0])
        #expect(targets.map(\.addressReason) == ["", "the revision has no addresses"])
    }
}
