import Foundation
import Manifests
import Testing

@Suite(.enabled(if: Samples.isThere))
struct SampleTests {
    /// What is said of the samples that are not simply loaded; everything else says nothing.
    static let said: [String: [String]] = {
        let alpha = "serving.knative.dev/v1alpha1 is read as serving.knative.dev/v1"
        let greeterMissing = "Configuration \"greeter\" referenced in traffic not found"
        func missing(_ name: String) -> String {
            "Revision \"\(name)\" referenced in traffic not found"
        }
        func waiting(_ name: String) -> String {
            "Configuration \"\(name)\" is waiting for a Revision to become ready"
        }
        func skipped(_ kind: String, _ version: String) -> String {
            "\(kind) (\(version)) is not read: skipped"
        }
        let noDomain =
            "names no default domain: routes without a match are svc.cluster.local"
        let schema = skipped("CustomResourceDefinition", "apiextensions.k8s.io/v1")
        var said = [
            "community/route_default.yaml": [alpha, greeterMissing],
            "community/route_rev1-10_rev2-90.yaml": [
                alpha, missing("greeter-00001"), missing("greeter-00002"),
            ],
            "community/route_rev1-75_rev2-25.yaml": [
                alpha, missing("greeter-00001"), missing("greeter-00002"),
            ],
            "community/service-canary.yaml": [
                alpha, missing("greeter-v1"), missing("greeter-v2"), waiting("greeter"),
            ],
            "community/service-pinned.yaml": [
                alpha, missing("greeter-v1"), missing("greeter-v2"), waiting("greeter"),
            ],
            "config/config-domain.yaml": [noDomain],
            "crd/domainmapping.crd.yaml": [schema],
            "crd/ingress.crd.yaml": [schema],
            "crd/route.crd.yaml": [schema],
            "derived/kingress-domainmapping.yaml": [],
            "derived/kingress-tls-redirected-acme.yaml": [
                "Secret \"default/route-uid-1\" with a certificate is not loaded"
            ],
            "derived/route-canary-tags.yaml": [
                missing("hello-00001"), missing("hello-00002"),
                "Configuration \"hello\" referenced in traffic not found",
            ],
            "docs/knative-routing-go-routing-internal.yaml": [
                skipped("VirtualService", "networking.istio.io/v1alpha3")
            ],
            "docs/knative-routing-go-routing.yaml": [
                skipped("VirtualService", "networking.istio.io/v1alpha3")
            ],
            "docs/knative-routing-go-sample.yaml": [
                waiting("search-service"), waiting("login-service"),
            ],
            "docs/tag-header-based-routing-sample.yaml": [
                waiting("tag-header"),
                "is defined already at docs/tag-header-based-routing-sample.yaml:14",
            ],
            "extracted/route-with-status.yaml": [
                "Configuration \"hello\" referenced in traffic not found"
            ],
            "extracted/serverlessservice-proxy-mode.yaml": [
                skipped("ServerlessService", "networking.internal.knative.dev/v1alpha1")
            ],
            "serving-tests/helloworld-configuration-and-route.yaml": [
                waiting("configuration-example")
            ],
        ]
        for name in ["defaults", "kourier", "leader-election"] {
            said["config/config-\(name).yaml"] = ["ConfigMap config-\(name) is not read: skipped"]
        }
        return said
    }()

    @Test(arguments: Samples.yamlFiles)
    func `each sample loads by itself, and nothing unexpected is said`(path: String) throws {
        var store = ManifestStore()
        store.load(file: path, text: try Samples.text(path))
        let made = store.compile()
        #expect(made.faults == [])
        let notices = made.notices.map(\.wrong)
        if let expected = Self.said[path] {
            #expect(notices == expected)
        } else {
            // Services without their Revisions, and nothing else.
            #expect(
                notices.allSatisfy { $0.hasSuffix("is waiting for a Revision to become ready") })
        }
    }

    @Test func `all samples together load, and one bad file changes nothing`() throws {
        var store = ManifestStore()
        for path in Samples.yamlFiles { store.load(file: path, text: try Samples.text(path)) }
        let made = store.compile()
        #expect(made.faults == [])
        #expect(made.routes.count > 15)
        #expect(made.objects.count > 40)
        store.load(file: "bad.yaml", text: "kind: [")
        let after = store.compile()
        #expect(after.faults.map(\.file) == ["bad.yaml"])
        #expect(after.routes == made.routes)
    }
}
