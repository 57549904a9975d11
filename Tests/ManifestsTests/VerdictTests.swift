import Routing
import Testing

@testable import Manifests

/// What is said of an Ingress for its status.
@Suite struct VerdictTests {
    private static let options = ManifestOptions(
        ingressClass: "weir.ingress.networking.knative.dev")

    private func ingress(
        _ name: String, host: String, service: String = "echo", generation: Int = 1,
        created: String = "2026-01-01T00:00:00Z",
        class ingressClass: String = "weir.ingress.networking.knative.dev", tls: String = ""
    ) -> String {
        """
        {"apiVersion": "networking.internal.knative.dev/v1alpha1", "kind": "Ingress",
        "metadata": {"name": "\(name)", "namespace": "default", "uid": "uid-\(name)",
        "generation": \(generation), "creationTimestamp": "\(created)",
        "annotations": {"networking.knative.dev/ingress.class": "\(ingressClass)"}},
        "spec": {\(tls)"rules": [{"hosts": ["\(host)"], "http": {"paths": [{"splits": [
        {"serviceNamespace": "default", "serviceName": "\(service)", "servicePort": 80,
        "percent": 100}]}]}}]}}
        """
    }

    private let service = """
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "echo", "namespace": "default"},
        "spec": {"ports": [{"name": "http", "port": 80}]}}
        """
    private let slice = """
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {"name": "echo-1", "namespace": "default",
        "labels": {"kubernetes.io/service-name": "echo"}},
        "endpoints": [{"addresses": ["10.0.0.1"]}], "ports": [{"name": "http", "port": 8012}]}
        """

    private func store() -> ManifestStore {
        var store = ManifestStore(options: Self.options)
        store.load(file: ClusterFile.name("services", "default", "echo"), text: service)
        store.load(file: ClusterFile.name("endpointslices", "default", "echo-1"), text: slice)
        return store
    }

    private func load(_ store: inout ManifestStore, _ name: String, _ text: String) {
        store.load(file: ClusterFile.name("ingresses", "default", name), text: text)
    }

    @Test func `one that is whole has nothing said of it`() throws {
        var store = store()
        load(&store, "a", ingress("a", host: "a.example.com", generation: 4))
        let verdict = try #require(store.compile().verdict("default", "a"))
        #expect(verdict.uid == "uid-a")
        #expect(verdict.generation == 4)
        #expect(verdict.faults.isEmpty && verdict.losses.isEmpty && verdict.lacks.isEmpty)
        #expect(store.compile().verdict("default", "b") == nil)
    }

    // MARK: What the table must take in

    @Test func `a change tells what differs, and only that`() throws {
        var store = store()
        load(&store, "a", ingress("a", host: "a.example.com"))
        load(&store, "b", ingress("b", host: "b.example.com", service: "other"))
        _ = store.compile()
        var change = store.takeChange()
        #expect(change.routes.map(\.source.key) == ["default/a", "default/b"])
        #expect(Set(change.destinations.map(\.key.service)) == ["echo", "other"])
        _ = store.compile()
        #expect(store.takeChange().isEmpty)
        // Addresses rebuild no route.
        let file = ClusterFile.name("endpointslices", "default", "echo-1")
        store.load(file: file, text: slice.replacing("10.0.0.1", with: "10.0.0.2"))
        _ = store.compile()
        change = store.takeChange()
        #expect(change.routes.isEmpty && change.routesRemoved.isEmpty)
        #expect(change.destinations.map(\.key.service) == ["echo"])
        #expect(change.destinations.first?.addresses.first?.ip == [10, 0, 0, 2])
        // Another age is another place in the order.
        let younger = ingress("a", host: "a.example.com", created: "2026-02-01T00:00:00Z")
        load(&store, "a", younger)
        _ = store.compile()
        #expect(store.takeChange().routes.map(\.source.key) == ["default/a"])
        load(&store, "a", younger.replacing("a.example.com", with: "c.example.com"))
        _ = store.compile()
        change = store.takeChange()
        #expect(change.routes.map(\.source.rules.first?.hosts) == [["c.example.com"]])
        store.remove(file: ClusterFile.name("ingresses", "default", "b"))
        _ = store.compile()
        change = store.takeChange()
        #expect(change.routesRemoved == ["default/b"] && change.routes.isEmpty)
        #expect(change.destinationsRemoved.map(\.service) == ["other"])
    }

    @Test(arguments: 1...4)
    func `the changes together are the whole`(seed: UInt64) {
        var dice = Seeded(state: seed)
        var store = store()
        var routes: [String: RankedRoute] = [:]
        var destinations: [DestinationKey: DestinationSource] = [:]
        for _ in 0..<150 {
            for _ in 0...Int.random(in: 0...2, using: &dice) { change(&store, &dice) }
            let compilation = store.compile()
            // More than one compilation may be told at once.
            if Int.random(in: 0..<4, using: &dice) == 0 { continue }
            let change = store.takeChange()
            for route in change.routes { routes[route.source.key] = route }
            for key in change.routesRemoved { routes[key] = nil }
            for source in change.destinations { destinations[source.key] = source }
            for key in change.destinationsRemoved { destinations[key] = nil }
            let ranked = routes.values.sorted {
                ($0.rank, $0.source.key) < ($1.rank, $1.source.key)
            }
            #expect(ranked.map(\.source) == compilation.routes)
            #expect(Set(destinations.values) == Set(compilation.destinations))
        }
    }

    /// Changes, adds or removes an Ingress or the addresses of a Service.
    private func change(_ store: inout ManifestStore, _ dice: inout Seeded) {
        let name = "i\(Int.random(in: 0..<8, using: &dice))"
        let host = "h\(Int.random(in: 0..<6, using: &dice)).example.com"
        let service = ["echo", "s1", "s2"].randomElement(using: &dice) ?? ""
        let month = Int.random(in: 1...9, using: &dice)
        switch Int.random(in: 0..<4, using: &dice) {
        case 0:
            store.remove(file: ClusterFile.name("ingresses", "default", name))
        case 1:
            let last = Int.random(in: 1...9, using: &dice)
            store.load(
                file: ClusterFile.name("endpointslices", "default", "echo-1"),
                text: slice.replacing("10.0.0.1", with: "10.0.0.\(last)"))
        default:
            let created = "2026-0\(month)-01T00:00:00Z"
            load(&store, name, ingress(name, host: host, service: service, created: created))
        }
    }

    // MARK: Verdicts

    @Test func `the younger loses the host, and only that`() throws {
        var store = store()
        load(&store, "old", ingress("old", host: "a.example.com"))
        load(
            &store, "new",
            ingress("new", host: "a.example.com", created: "2026-02-01T00:00:00Z"))
        let compilation = store.compile()
        #expect(compilation.verdict("default", "old")?.losses == [])
        let loss = Verdict.Loss(host: "a.example.com", winner: "Ingress default/old")
        #expect(compilation.verdict("default", "new")?.losses == [loss])
        store.remove(file: ClusterFile.name("ingresses", "default", "old"))
        #expect(store.compile().verdict("default", "new")?.losses == [])
    }

    @Test func `what a share lacks is named`() throws {
        var store = store()
        load(&store, "a", ingress("a", host: "a.example.com", service: "absent"))
        load(&store, "b", ingress("b", host: "b.example.com"))
        let secret =
            "\"tls\": [{\"hosts\": [\"c.example.com\"], \"secretName\": \"cert\", \"secretNamespace\": \"default\"}], "
        load(&store, "c", ingress("c", host: "c.example.com", tls: secret))
        var compilation = store.compile()
        #expect(
            compilation.verdict("default", "a")?.lacks == [
                "the split to Service default/absent port 80: nothing loaded has its addresses"
            ])
        #expect(compilation.verdict("default", "b")?.lacks == [])
        #expect(
            compilation.verdict("default", "c")?.lacks == [
                "Secret default/cert with a certificate is not there"
            ])
        #expect(
            compilation.secretsWanted.contains { $0.namespace == "default" && $0.name == "cert" })
        #expect(compilation.servicesUnsliced.isEmpty)
        store.remove(file: ClusterFile.name("endpointslices", "default", "echo-1"))
        compilation = store.compile()
        #expect(
            compilation.verdict("default", "b")?.lacks == [
                "the split to Service default/echo port 80: no address is ready"
            ])
        #expect(compilation.verdict("default", "b", withLacks: false)?.lacks == [])
        #expect(compilation.servicesUnsliced.contains { $0.name == "echo" })
    }

    @Test func `a version that is refused is judged by its own generation`() throws {
        var store = store()
        load(&store, "a", ingress("a", host: "a.example.com"))
        _ = store.compile()
        let bad = ingress("a", host: "a.example.com", generation: 2)
            .replacing("\"percent\": 100", with: "\"percent\": 101")
        load(&store, "a", bad)
        let verdict = try #require(store.compile().verdict("default", "a"))
        #expect(verdict.generation == 2)
        #expect(verdict.faults.count >= 1)
        #expect(store.compile().routes.count == 1, "the last good version stays")
    }

    @Test func `one of another class is nobody's here`() {
        var store = store()
        load(&store, "a", ingress("a", host: "a.example.com", class: "kourier"))
        #expect(store.compile().verdict("default", "a") == nil)
    }

    @Test func `a version that comes before its Service waits, and the older one is served`() throws
    {
        var options = Self.options
        options.patience = 2_000_000_000
        var store = ManifestStore(options: options)
        store.load(file: ClusterFile.name("services", "default", "echo"), text: service)
        store.load(file: ClusterFile.name("endpointslices", "default", "echo-1"), text: slice)
        load(&store, "a", ingress("a", host: "a.example.com"))
        let start: Int64 = 1_000_000_000_000
        #expect(store.compile(at: start).nextHoldAt == nil)
        load(&store, "a", ingress("a", host: "a.example.com", service: "next", generation: 2))
        var compilation = store.compile(at: start)
        func served(_ compilation: Compilation) -> String? {
            compilation.routes.first?.rules.first?.paths.first?.splits.first?.destinations.service
        }
        #expect(served(compilation) == "echo")
        #expect(compilation.nextHoldAt == start + 2_000_000_000)
        // It is not said to be served.
        let verdict = try #require(compilation.verdict("default", "a"))
        #expect(verdict.generation == 2)
        #expect(verdict.lacks.first?.hasPrefix("the split to Service default/next port 80") == true)
        // The Service alone is not enough; with the slice it is taken at once.
        store.load(
            file: ClusterFile.name("services", "default", "next"),
            text: self.service.replacing("\"echo\"", with: "\"next\""))
        #expect(served(store.compile(at: start + 1)) == "echo")
        store.load(
            file: ClusterFile.name("endpointslices", "default", "next-1"),
            text: slice.replacing("echo", with: "next"))
        compilation = store.compile(at: start + 2)
        #expect(served(compilation) == "next")
        #expect(compilation.nextHoldAt == nil)
        #expect(compilation.verdict("default", "a")?.lacks == [])
    }

    @Test func `a version waits for two seconds at most`() {
        var options = Self.options
        options.patience = 2_000_000_000
        var store = ManifestStore(options: options)
        store.load(file: ClusterFile.name("services", "default", "echo"), text: service)
        store.load(file: ClusterFile.name("endpointslices", "default", "echo-1"), text: slice)
        load(&store, "a", ingress("a", host: "a.example.com"))
        _ = store.compile(at: 0)
        load(&store, "a", ingress("a", host: "a.example.com", service: "never", generation: 2))
        _ = store.compile(at: 10)
        // Another version in between does not begin the time anew.
        load(&store, "a", ingress("a", host: "b.example.com", service: "never", generation: 3))
        #expect(
            store.compile(at: 1_000_000_000).routes.first?.rules.first?.hosts == ["a.example.com"])
        let compilation = store.compile(at: 2_000_000_010)
        #expect(compilation.routes.first?.rules.first?.hosts == ["b.example.com"])
        #expect(compilation.nextHoldAt == nil)
    }
}
