import Manifests
import Routing
import Testing

/// A change has done again what looked at it, and nothing else is said or served otherwise.
struct DependencyTests {
    private static func route(_ name: String, _ revision: String) -> String {
        """
        apiVersion: serving.knative.dev/v1
        kind: Route
        metadata: {name: \(name)}
        spec: {traffic: [{revisionName: \(revision), percent: 100}]}
        """
    }

    private static func revision(_ name: String, port: Int) -> String {
        """
        apiVersion: serving.knative.dev/v1
        kind: Revision
        metadata: {name: \(name), annotations: {weir.dev/addresses: "10.0.0.1:\(port)"}}
        """
    }

    private func ports(_ made: Compilation, _ service: String) -> [UInt16] {
        made.destinations.filter { $0.key.service == service }.flatMap(\.addresses).map(\.port)
    }

    /// Many readers of one object, that come and go.
    @Test func `routes that share a revision follow it until they are gone`() {
        var store = ManifestStore()
        store.load(file: "revision.yaml", text: Self.revision("r", port: 1))
        for number in 0..<40 {
            store.load(file: "\(number).yaml", text: Self.route("a-\(number)", "r"))
        }
        #expect(ports(store.compile(), "r") == [1])
        _ = store.takeChange()
        for number in 0..<38 { store.remove(file: "\(number).yaml") }
        store.load(file: "revision.yaml", text: Self.revision("r", port: 2))
        #expect(ports(store.compile(), "r") == [2])
        var change = store.takeChange()
        #expect(change.routesRemoved.count == 38)
        #expect(change.destinations.map(\.key.service) == ["r"])

        store.remove(file: "revision.yaml")
        var made = store.compile()
        #expect(made.notices.count == 2)
        store.remove(file: "38.yaml")
        store.remove(file: "39.yaml")
        made = store.compile()
        #expect(made.destinations == [] && made.routes == [] && made.notices == [])
        _ = store.takeChange()

        // Numbers of readers that are gone are given out again.
        store.load(file: "b.yaml", text: Self.route("b", "s"))
        store.load(file: "s.yaml", text: Self.revision("s", port: 3))
        #expect(ports(store.compile(), "s") == [3])
        store.load(file: "s.yaml", text: Self.revision("s", port: 4))
        store.load(file: "revision.yaml", text: Self.revision("r", port: 5))
        #expect(ports(store.compile(), "s") == [4])
        change = store.takeChange()
        #expect(change.destinations.map(\.key.service) == ["s"])
    }
}
