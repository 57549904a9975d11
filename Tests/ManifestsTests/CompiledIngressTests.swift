import Foundation
import Manifests
import Testing

/// The specification of §1.10 against the derived fixtures.
struct CompiledIngressTests {
    private static let revisions = """
        apiVersion: serving.knative.dev/v1
        kind: Configuration
        metadata: {name: hello, namespace: default}
        ---
        apiVersion: serving.knative.dev/v1
        kind: Revision
        metadata:
          name: hello-00001
          namespace: default
          creationTimestamp: "2026-01-01T00:00:00Z"
          labels: {serving.knative.dev/configuration: hello, serving.knative.dev/service: hello}
        ---
        apiVersion: serving.knative.dev/v1
        kind: Revision
        metadata:
          name: hello-00002
          namespace: default
          creationTimestamp: "2026-01-02T00:00:00Z"
          labels: {serving.knative.dev/configuration: hello, serving.knative.dev/service: hello}
        """
    private static let network = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: config-network, namespace: knative-serving}
        data: {ingress-class: example.ingress.networking.knative.dev}
        """
    private static let features = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: config-features, namespace: knative-serving}
        data: {tag-header-based-routing: enabled}
        """

    @Test(arguments: [
        ("kingress-canary-80-20-tags.yaml", false),
        ("kingress-canary-80-20-tags-header-routing.yaml", true),
    ])
    func `the canary Route compiles to the derived Ingress`(
        path: String, isHeaderRouting: Bool
    ) throws {
        var store = ManifestStore(options: ManifestOptions().keepingIngresses)
        store.load(file: "route.yaml", text: try Fixture.text("route-canary-tags.yaml"))
        store.load(file: "revisions.yaml", text: Self.revisions)
        store.load(file: "network.yaml", text: Self.network)
        if isHeaderRouting { store.load(file: "features.yaml", text: Self.features) }
        let made = store.compile()
        let compiled = try #require(made.ingress("default", "hello"))

        var given = ManifestStore(options: ManifestOptions().keepingIngresses)
        given.load(file: path, text: try Fixture.text(path))
        let wanted = try #require(given.compile().ingress("default", "hello"))
        #expect(compiled.specification == wanted.specification)
        #expect(compiled.labels == wanted.labels)
        #expect(compiled.annotations == wanted.annotations)
        #expect(made.routes == given.compile().routes)
        #expect(made.faults == [] && made.notices == [])
    }

    @Test func `the derived Ingress is superseded by the Route that it came from`() throws {
        var store = ManifestStore(options: ManifestOptions().keepingIngresses)
        let file = "kingress-canary-80-20-tags.yaml"
        store.load(file: file, text: try Fixture.text(file))
        store.load(file: "revisions.yaml", text: Self.revisions)
        #expect(store.compile().routes.count == 1)
        store.load(file: "route.yaml", text: try Fixture.text("route-canary-tags.yaml"))
        let made = store.compile()
        #expect(made.routes.count == 1)
        let report = try #require(made.objects.first { $0.kind == "Ingress" })
        #expect(report.status == .superseded(by: "Route default/hello"))
        store.remove(file: "route.yaml")
        #expect(store.compile().objects.first { $0.kind == "Ingress" }?.status == .served)
    }

    struct Vector: Decodable, CustomTestStringConvertible, Sendable {
        var file: String?
        var namespace: String
        var name: String
        var note: String
        var specJSON: String
        var sha256: String
        var testDescription: String { note }
    }

    static let vectors: [Vector] = {
        guard let text = try? Fixture.text("hash-vectors.json") else { return [] }
        return (try? JSONDecoder().decode([Vector].self, from: Data(text.utf8))) ?? []
    }()

    @Test func `there are thirteen hash vectors`() {
        #expect(Self.vectors.count == 13)
    }

    @Test(arguments: vectors)
    func `each hash vector matches`(vector: Vector) throws {
        let hash = try IngressHash.hash(
            specification: vector.specJSON, namespace: vector.namespace, name: vector.name)
        #expect(hash == vector.sha256)
        guard let file = vector.file else { return }
        var store = ManifestStore(options: ManifestOptions().keepingIngresses)
        store.load(file: file, text: try Fixture.text(file))
        let made = store.compile()
        let source = try #require(made.routes.first)
        #expect(source.hash == vector.sha256)
        #expect(made.ingress(vector.namespace, vector.name)?.specification == vector.specJSON)
    }
}

/// Files beside the tests.
enum Fixture {
    static func text(_ name: String) throws -> String {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        return try String(
            contentsOf: folder.appending(path: "Fixtures/\(name)"), encoding: .utf8)
    }
}
