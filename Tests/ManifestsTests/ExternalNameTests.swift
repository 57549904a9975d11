import Manifests
import Routing
import Testing

/// Services that are only a name: the caller resolves it.
struct ExternalNameTests {
    private static func texts(_ name: String, _ ports: String = "{port: 8080}") -> String {
        """
        apiVersion: networking.internal.knative.dev/v1alpha1
        kind: Ingress
        metadata: {name: i}
        spec: {rules: [{http: {paths: [{splits: [{serviceNamespace: default, serviceName: s, \
        servicePort: 8080}]}]}}]}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: s}
        spec:
          type: ExternalName
          externalName: \(name)
          ports: [\(ports)]
        """
    }

    @Test func `a name's addresses go with the Service's port, and follow`() {
        var store = store(Self.texts("API.example.com."))
        let before = store.compile()
        #expect(before.names == ["api.example.com"])
        #expect(before.destinations.flatMap(\.addresses) == [])
        store.setAddresses(ofName: "api.example.com", [[192, 0, 2, 1], [192, 0, 2, 1]])
        #expect(
            store.compile().destinations.flatMap(\.addresses) == [
                AddressSource(ip: [192, 0, 2, 1], port: 8080)
            ])
        let sixteen = [UInt8](repeating: 0, count: 15) + [1]
        store.setAddresses(ofName: "api.example.com", [[192, 0, 2, 2], sixteen, [1, 2, 3]])
        let after = store.compile()
        #expect(after.destinations.flatMap(\.addresses).map(\.ip) == [[192, 0, 2, 2], sixteen])
        #expect(after.routes == before.routes)
        store.setAddresses(ofName: "api.example.com", [])
        #expect(store.compile().destinations.flatMap(\.addresses) == [])
    }

    @Test func `names that nothing asks for are forgotten`() {
        var store = store(Self.texts("a.test"))
        store.setAddresses(ofName: "a.test", [[192, 0, 2, 1]])
        #expect(store.compile().destinations.flatMap(\.addresses) == [])
        store.setAddresses(ofName: "a.test", [[192, 0, 2, 1]])
        #expect(store.compile().destinations.flatMap(\.addresses).count == 1)
        store.load(file: "a.yaml", text: Self.texts("b.test"))
        #expect(store.compile().names == ["b.test"])
        store.load(file: "a.yaml", text: Self.texts("a.test"))
        #expect(store.compile().destinations.flatMap(\.addresses) == [])
        store.remove(file: "a.yaml")
        #expect(store.compile().names == [])
    }

    @Test(arguments: [
        ("{port: 8080, name: http2}", true), ("{port: 8080, appProtocol: kubernetes.io/h2c}", true),
        ("{port: 8080, name: web}", false), ("", false),
    ])
    func `the port says the protocol, and may be left out`(ports: String, isH2C: Bool) {
        var store = store(Self.texts("a.test", ports))
        _ = store.compile()
        store.setAddresses(ofName: "a.test", [[192, 0, 2, 1]])
        let found = store.compile().destinations.first
        #expect(found?.addresses.map(\.port) == [8080])
        #expect((found?.protocolToUpstream == .h2c) == isH2C)
    }

    @Test func `an address needs no resolver, and an unknown port has none`() {
        let literal = compilation(Self.texts("192.0.2.7"))
        #expect(literal.names == [])
        #expect(literal.destinations.flatMap(\.addresses).map(\.ip) == [[192, 0, 2, 7]])
        let other = compilation(Self.texts("a.test", "{port: 81}"))
        #expect(other.names == [])
        #expect(other.destinations.flatMap(\.addresses) == [])
    }

    @Test(arguments: [
        "weir-internal.weir", "weir-internal.weir.svc", "weir-internal.weir.svc.cluster.local",
        "weir-internal.weir.svc.cluster.local.",
    ])
    func `our own internal Service is an inner hop`(name: String) {
        let options = ManifestOptions(internalService: "weir/weir-internal")
        let made = compilation(Self.texts(name), options: options)
        #expect(made.destinations.map(\.isInnerHop) == [true])
        #expect(made.names == [])
        #expect(compilation(Self.texts(name)).destinations.map(\.isInnerHop) == [false])
    }

    @Test(arguments: ["a b", "a..b", "*.test", "", "a_b.test"])
    func `what is no name is refused`(name: String) {
        let made = compilation(Self.texts("'\(name)'"))
        #expect(made.faults.map(\.field) == ["spec.externalName"])
        #expect(made.faults.map(\.line) == [11])
    }
}
