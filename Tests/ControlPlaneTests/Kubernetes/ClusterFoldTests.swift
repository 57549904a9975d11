import Testing

@testable import ControlPlane

@Suite struct ClusterFoldTests {
    private static let ours = "weir.ingress.networking.knative.dev"
    private static let ingresses = ClusterSource.always(WatchScope(.ingresses))
    private static let services = ClusterSource.always(WatchScope(.services))
    private static let platform = ClusterSource.always(
        WatchScope(.configMaps, namespace: "knative-serving"))
    private static let labelled = ClusterSource.always(
        WatchScope(.secrets, labelSelector: "certificate"))
    private static let cart = "cluster/ingresses/shop/cart"

    private func object(
        _ resource: APIResource, _ name: String, version: String = "1", content: Int = 1
    ) -> ClusterObject {
        var object = ClusterObject(
            resource: resource, namespace: "shop", name: name, uid: "u-\(name)",
            resourceVersion: version, generation: Int64(content), text: "\(name) \(content)")
        object.digest = content
        return object
    }

    private func ingress(
        version: String = "1", content: Int = 1, status: String? = nil, class name: String? = ours
    ) -> ClusterObject {
        var object = object(.ingresses, "cart", version: version, content: content)
        object.ingressClass = name
        object.status = status
        return object
    }

    private func fold() -> ClusterFold { ClusterFold(ingressClass: Self.ours) }

    @Test func `what is listed is loaded, what is no longer listed has vanished`() {
        var fold = fold()
        fold.take(.listed([object(.services, "a"), object(.services, "b")]), from: Self.services)
        #expect(
            fold.takeChanges().loaded == [
                "cluster/services/shop/a": "a 1", "cluster/services/shop/b": "b 1",
            ])
        fold.take(
            .listed([object(.services, "b", version: "5"), object(.services, "c")]),
            from: Self.services)
        let changes = fold.takeChanges()
        #expect(changes.loaded == ["cluster/services/shop/c": "c 1"])
        #expect(changes.vanished == ["cluster/services/shop/a"])
    }

    @Test func `only a list takes versions back`() {
        var fold = fold()
        fold.take(.listed([object(.services, "a", version: "90")]), from: Self.services)
        fold.take(.reached("100"), from: Self.services)
        fold.take(.changed(object(.services, "a", version: "120")), from: Self.services)
        fold.take(.reached("120"), from: Self.services)
        fold.take(.reached("110"), from: Self.services)
        var changes = fold.takeChanges()
        #expect(changes.seen.services == 120 && changes.reached.services == 120)
        // The newest object is gone meanwhile, but the list is later.
        fold.take(.listed([object(.services, "b", version: "95")]), from: Self.services)
        fold.take(.reached("130"), from: Self.services)
        changes = fold.takeChanges()
        #expect(changes.seen.services == 120 && changes.reached.services == 130)
        // The cluster was restored.
        fold.take(.listed([object(.services, "a", version: "40")]), from: Self.services)
        fold.take(.reached("50"), from: Self.services)
        #expect(fold.hasChanges)
        changes = fold.takeChanges()
        #expect(changes.seen.services == 40 && changes.reached.services == 50)
        fold.take(.reached("51"), from: Self.services)
        #expect(fold.takeChanges().reached.services == 51)
    }

    @Test func `a change and its end before anybody took it are an end`() {
        var fold = fold()
        fold.take(.changed(object(.services, "a")), from: Self.services)
        fold.take(.gone(namespace: "shop", name: "a"), from: Self.services)
        #expect(fold.takeChanges().loaded == [:])
        fold.take(.changed(object(.services, "a")), from: Self.services)
        fold.take(.gone(namespace: "shop", name: "a"), from: Self.services)
        fold.take(.changed(object(.services, "a", content: 2)), from: Self.services)
        let changes = fold.takeChanges()
        #expect(changes.loaded == ["cluster/services/shop/a": "a 2"])
        #expect(changes.vanished == [])
    }

    @Test func `a new status reaches the facts, not the table`() {
        var fold = fold()
        fold.take(.changed(ingress()), from: Self.ingresses)
        let first = fold.takeChanges()
        #expect(first.loaded[Self.cart] == "cart 1")
        #expect(fold.takeChangedFacts() == [NamespacedPair("shop", "cart")])
        fold.take(.changed(ingress(version: "2", status: "{}")), from: Self.ingresses)
        #expect(fold.takeChanges().isEmpty)
        #expect(fold.takeChangedFacts() == [NamespacedPair("shop", "cart")])
        let facts = fold.facts[NamespacedPair("shop", "cart")]
        #expect(facts?.status == "{}" && facts?.resourceVersion == "2")
        fold.take(.changed(ingress(version: "3", content: 2)), from: Self.ingresses)
        #expect(fold.takeChanges().loaded[Self.cart] != nil)
    }

    @Test func `an Ingress of another class is counted only`() {
        var fold = fold()
        fold.take(.listed([ingress(class: "other"), ingress(class: nil)]), from: Self.ingresses)
        #expect(fold.takeChanges().isEmpty)
        #expect(fold.takeChangedFacts() == [])
        #expect(fold.foreignCounts == ["": 1])
    }

    @Test func `an Ingress that gets another class is gone, and comes back`() {
        var fold = fold()
        fold.take(.changed(ingress()), from: Self.ingresses)
        _ = (fold.takeChanges(), fold.takeChangedFacts())
        fold.take(.changed(ingress(version: "2", class: "other")), from: Self.ingresses)
        #expect(fold.takeChanges().vanished == [Self.cart])
        #expect(fold.takeChangedFacts() == [NamespacedPair("shop", "cart")])
        #expect(fold.facts.isEmpty)
        #expect(fold.foreignCounts == ["other": 1])
        fold.take(.changed(ingress(version: "3")), from: Self.ingresses)
        #expect(fold.takeChanges().loaded[Self.cart] == "cart 1")
        #expect(fold.foreignCounts == [:])
        fold.take(.changed(ingress(version: "4", class: "other")), from: Self.ingresses)
        fold.take(.gone(namespace: "shop", name: "cart"), from: Self.ingresses)
        #expect(fold.foreignCounts == [:])
    }

    @Test func `of ConfigMaps only ours are told`() {
        var fold = fold()
        var bundle = object(.configMaps, "authorities")
        bundle.isTrustBundle = true
        fold.take(
            .listed([object(.configMaps, "config-network"), object(.configMaps, "x"), bundle]),
            from: Self.platform)
        let names: Set = [
            "cluster/configmaps/shop/config-network", "cluster/configmaps/shop/authorities",
        ]
        #expect(Set(fold.takeChanges().loaded.keys) == names)
        // Its label is taken away.
        bundle.isTrustBundle = false
        fold.take(.changed(bundle), from: Self.platform)
        #expect(fold.takeChanges().vanished == ["cluster/configmaps/shop/authorities"])
    }

    @Test func `an object that two sources have is gone when neither has it`() {
        var fold = fold()
        let named = ClusterSource.secret(NamespacedPair("shop", "tls"))
        fold.take(.listed([object(.secrets, "tls", version: "5", content: 5)]), from: Self.labelled)
        fold.presume(named)
        #expect(fold.takeChanges().loaded.count == 1)
        // The other one is behind.
        fold.take(.listed([object(.secrets, "tls", version: "4", content: 4)]), from: named)
        #expect(fold.takeChanges().isEmpty)
        fold.take(.gone(namespace: "shop", name: "tls"), from: Self.labelled)
        #expect(fold.takeChanges().isEmpty)
        fold.drop(named)
        #expect(fold.takeChanges().vanished == ["cluster/secrets/shop/tls"])
    }

    @Test func `what was only presumed vanishes without a word`() {
        var fold = fold()
        let named = ClusterSource.secret(NamespacedPair("shop", "tls"))
        fold.presume(named)
        fold.take(.listed([]), from: named)
        #expect(fold.takeChanges().isEmpty)
    }

    @Test func `classes are told apart up to a limit, and their places are used again`() {
        var foreign = ForeignIngresses()
        for number in 0..<20 {
            foreign.put(NamespacedPair("n", "\(number)"), class: "class-\(number)")
        }
        #expect(foreign.counts.count == 17)
        #expect(foreign.counts["(others)"] == 4)
        foreign.remove(NamespacedPair("n", "3"))
        foreign.put(NamespacedPair("n", "new"), class: "late")
        #expect(foreign.counts["late"] == 1)
        foreign.keep([NamespacedPair("n", "new")])
        #expect(foreign.counts == ["late": 1])
        // The place of the others is nobody's own, however often it becomes free.
        for round in 0..<5 {
            for number in 0..<20 {
                foreign.put(NamespacedPair("n", "\(number)"), class: "\(round)-\(number)")
            }
            #expect(foreign.counts.count == 17)
            #expect(foreign.counts["(others)"] != nil)
            foreign.keep([])
            #expect(foreign.counts.isEmpty)
        }
    }
}
